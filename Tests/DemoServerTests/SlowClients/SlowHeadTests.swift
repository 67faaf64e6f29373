import HardeningHummingbird
import NIOHTTP1
import Testing

@testable import DemoServer

/// Slow-loris: many connections, each with half a request head.
@Suite(.serialized, .timeLimit(.minutes(60))) struct SlowHeadTests {
    private static let count = 500

    @Test func eachIsTold408AndClosedHoweverItDribbles() async throws {
        let tuning = DemoTuning(chatAttempts: 1, slowClients: SlowClientLimits(headTimeout: .seconds(1)))
        try await DemoUnderTest.run(tuning: tuning) { demo in
            let slow = try await SlowClients(Self.count, port: try demo.port)
            while !slow.sockets.allSatisfy(\.hasNews) {
                #expect(try await demo.get("/health").status == 200)
                slow.dribble()
            }
            for bytes in try await slow.answers() {
                let answers = try RawResponse.all(in: bytes)
                let answer = try #require(answers.first)
                #expect(answers.count == 1 && answer.status == 408 && answer.values("connection") == ["close"])
                #expect(String(decoding: answer.body, as: UTF8.self).contains("REQUEST_TIMEOUT"))
                // Which route it was going to be is not known yet.
                for path in ["/api/search?q=villa", "/nothing"] { demo.expectDescribed(answer, to: .GET, path) }
            }
            #expect(try await demo.get("/api/search?q=villa").status == 200)
        }
    }

    /// None of them is ended here: what the others meet is all of them at once.
    @Test func othersSearchAndSignInMeanwhile() async throws {
        let tuning = DemoTuning(chatAttempts: 1, slowClients: SlowClientLimits(headTimeout: .seconds(600)))
        try await DemoUnderTest.run(tuning: tuning) { demo in
            let slow = try await SlowClients(Self.count, port: try demo.port)
            let token = try await demo.signIn()
            for _ in 0..<5 {
                slow.dribble()
                #expect(try await demo.get("/health").status == 200)
                #expect(try await demo.get("/api/search?q=villa").status == 200)
                #expect(try await demo.get("/api/me", token: token).status == 200)
            }
            #expect(try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: token).status == 200)
            let ended = slow.sockets.count(where: \.hasNews)
            #expect(ended == 0, "all of them were there the whole time")
        }
    }

    #if os(Linux)
        @Test func theyCostLittleMemoryAndGiveTheirFilesBack() async throws {
            let outcome = try await DemoProcess.serving([:]) { server in
                _ = try await server.signIn()
                let files = try ProcessResources.openFiles(of: server.identifier)
                let memory = try ProcessResources.peakKilobytes(of: server.identifier)
                do {
                    let slow = try await SlowClients(Self.count, port: server.port)
                    while try ProcessResources.openFiles(of: server.identifier) < files + Self.count {
                        #expect(try await server.get("/health").status == 200)
                    }
                    _ = try await server.signIn()
                    slow.dribble()
                    #expect(try await server.get("/api/search?q=villa").status == 200)
                }
                // The normal client's connections may be one more or less than before.
                while try ProcessResources.openFiles(of: server.identifier) > files + 2 {
                    #expect(try await server.get("/health").status == 200)
                }
                let growth = try ProcessResources.peakKilobytes(of: server.identifier) - memory
                #expect(growth < 64 * 1024, "\(growth) kB for \(Self.count) connections")
            }
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
    #endif
}
