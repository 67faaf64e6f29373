import HardeningHummingbird
import NIOHTTP1
import Testing

@testable import DemoServer

/// A body that arrives a byte at a time.
@Suite(.timeLimit(.minutes(60))) struct SlowBodyTests {
    private static let tuning = DemoTuning(
        chatAttempts: 1, slowClients: SlowClientLimits(headTimeout: .seconds(600), bodyGrace: .seconds(1), minimumBytesPerSecond: 1 << 20))

    private static func head(_ length: String) -> String {
        "POST /api/auth/login HTTP/1.1\r\nHost: demo\r\nContent-Type: application/json\r\n\(length)\r\n\r\n"
    }

    @Test(arguments: [("Content-Length: 65000", "x"), ("Transfer-Encoding: chunked", "1\r\nx\r\n")])
    func isEndedWith408WhileOthersAreServed(length: String, piece: String) async throws {
        try await DemoUnderTest.run(tuning: Self.tuning) { demo in
            let slow = try RawSocket(port: try demo.port)
            slow.send(Self.head(length).utf8)
            while !slow.hasNews {
                slow.send(piece.utf8)
                #expect(try await demo.get("/health").status < 500)
            }
            let answers = try RawResponse.all(in: try await onThread { Result { try slow.receiveAll() } }.get())
            let answer = try #require(answers.first)
            #expect(answers.count == 1 && answer.status == 408 && answer.values("connection") == ["close"])
            demo.expectDescribed(answer, to: .POST, "/api/auth/login")
        }
    }

    /// Too large by its own words: refused and closed long before it would be too slow.
    @Test func ofAMegabyteIsRefusedAtOnceAndThenClosed() async throws {
        let tuning = DemoTuning(chatAttempts: 1, slowClients: SlowClientLimits(headTimeout: .seconds(3600), bodyGrace: .seconds(3600)))
        try await DemoUnderTest.run(tuning: tuning) { demo in
            let slow = try RawSocket(port: try demo.port)
            slow.send(Self.head("Content-Length: 1048576").utf8)
            let answer = try await onThread { Result { try slow.receiveAll() } }.get()
            #expect(try RawResponse.all(in: answer).map(\.status) == [413])
            #expect(try await demo.get("/health").status == 200)
        }
    }
}
