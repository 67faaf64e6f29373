import NIOHTTP1
import Testing

@testable import DemoServer

/// Pages of listed origins may read answers, errors included; others may not.
@Suite(.timeLimit(.minutes(60))) struct CORSTests {
    private static let listed = "https://app.example.com"
    private static let settings = ["CORS_ORIGINS": "\(listed), https://admin.example.com:8443", "RATE_LIMIT_PER_MINUTE": "3"]

    @Test func aPreflightIsAnsweredWithoutTokenAndWithoutALimit() async throws {
        try await DemoUnderTest.run(Self.settings) { demo in
            for _ in 1...5 {
                let answer = try await demo.send(
                    .OPTIONS, "/api/chat",
                    headers: [
                        ("Origin", Self.listed), ("Access-Control-Request-Method", "POST"),
                        ("Access-Control-Request-Headers", "authorization, content-type"),
                    ])
                #expect(answer.status == 204 && answer.headers["access-control-allow-origin"] == [Self.listed])
                #expect(answer.header("access-control-allow-headers")?.lowercased().contains("authorization") == true)
                #expect(answer.header("access-control-allow-credentials") == nil)
                #expect(answer.headers["x-content-type-options"] == ["nosniff"])
            }
        }
    }

    @Test func everyAnswerToAListedOriginIsReadable() async throws {
        try await DemoUnderTest.run(Self.settings) { demo in
            let statuses = [("/health", 200), ("/api/me", 401), ("/nothing", 404), ("/api/property/x", 422), ("/nothing", 429)]
            for (path, status) in statuses {
                let answer = try await demo.get(path, headers: [("Origin", Self.listed)])
                #expect(answer.status == status && answer.headers["access-control-allow-origin"] == [Self.listed], "\(path)")
                let vary = answer.headers[canonicalForm: "vary"].map(String.init)
                #expect(vary.contains("Origin"), "\(path): \(vary)")
                #expect(answer.headers["vary"].count == 1 && (status < 400 || vary.contains("Accept-Language")))
            }
        }
    }

    @Test(arguments: ["https://evil.example.com", "null", "http://app.example.com", "https://app.example.com.evil.com"])
    func otherOriginsGetNoFieldsAndTheSameAnswer(origin: String) async throws {
        try await DemoUnderTest.run(Self.settings) { demo in
            let answer = try await demo.get("/health", headers: [("Origin", origin)])
            #expect(answer.status == 200 && !answer.headers.contains { $0.name.lowercased().hasPrefix("access-control") })
            #expect(answer.header("vary")?.contains("Origin") == true)
        }
    }

    @Test func withoutTheSettingNoOriginIsListed() async throws {
        try await DemoUnderTest.run { demo in
            let answer = try await demo.get("/health", headers: [("Origin", Self.listed)])
            #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control") })
        }
    }

    @Test(arguments: ["*", "app.example.com", "https://app.example.com/", "https://a.example.com,", "https://A.example.com"])
    func anOriginThatNoBrowserSendsStopsTheStart(value: String) {
        #expect(throws: ConfigurationError.self) {
            try DemoConfiguration(SettingsReader(DemoUnderTest.defaults.merging(["CORS_ORIGINS": value]) { $1 }))
        }
    }
}
