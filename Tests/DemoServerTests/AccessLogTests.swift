import NIOHTTP1
import Testing

@testable import DemoServer

/// One line for each request, and nothing in it that a client typed.
@Suite(.timeLimit(.minutes(60))) struct AccessLogTests {
    private func lines(_ settings: [String: String] = [:], _ body: (DemoUnderTest) async throws -> Void) async throws -> [CapturedLog.Line]
    {
        let log = CapturedLog()
        try await DemoUnderTest.run(settings.merging(["LOG_LEVEL": "info"]) { $1 }, log: log, body)
        return log.lines.filter { $0.metadata["http.status"] != nil && $0.metadata["http.duration_ms"] != nil }
    }

    @Test func everyRequestIsOneLineButHealthChecksAreNone() async throws {
        let lines = try await lines { demo in
            _ = try await demo.get("/api/property/1?token=secret", headers: [("X-Request-Id", "req-7")])
            _ = try await demo.get("/nothing/secret")
            _ = try await demo.get("/health")
            _ = try await demo.post("/api/auth/login", #"{"email":"secret@example.com","password":"secret"}"#)
        }
        #expect(lines.map { $0.metadata["http.status"] } == ["200", "404", "401"])
        #expect(lines.map { $0.metadata["http.route"] } == ["/api/property/{id}", nil, "/api/auth/login"])
        #expect(lines.map { $0.metadata["error.code"] } == [nil, "RESOURCE_NOT_FOUND", "AUTHENTICATION_ERROR"])
        #expect(lines.map { $0.metadata["http.method"] } == ["GET", "GET", "POST"])
        #expect(lines.first?.metadata["http.request.id"] == "req-7")
        #expect(lines.allSatisfy { $0.metadata["client.address"] == "127.0.0.1" })
        #expect(!lines.contains { "\($0)".contains("secret") })
    }

    @Test(arguments: ["fingerprint", "none"])
    func anAddressIsLeftOutWhereItMust(setting: String) async throws {
        let lines = try await lines(["LOG_CLIENT": setting]) { demo in _ = try await demo.get("/api/property/1") }
        let line = try #require(lines.first)
        #expect(line.metadata["client.address"] == nil && !"\(line)".contains("127.0.0.1"))
        #expect((line.metadata["client.fingerprint"]?.count == 16) == (setting == "fingerprint"))
    }

    @Test func aStreamIsLoggedWhenItEnds() async throws {
        let lines = try await lines { demo in
            let token = try await demo.signIn()
            _ = try await demo.post("/api/chat", #"{"message":"Hello","stream":true}"#, token: token)
        }
        let line = try #require(lines.last { $0.metadata["http.route"] == "/api/chat" })
        #expect((line.metadata["http.response.bytes"].flatMap(Int.init) ?? 0) > 100 && line.metadata["http.aborted"] == nil)
    }
}
