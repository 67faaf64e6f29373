import Foundation
import HardeningCore
import HardeningSQLite
import NIOHTTP1
import Testing

@testable import DemoServer

/// Who is signed in, and who no longer is, outlives the process.
@Suite(.timeLimit(.minutes(60))) struct IdentityRestartTests {
    private static let credentials = #"{"email":"ann@example.com","password":"correct horse 42"}"#

    /// Runs one process after another on the same data directory, a minute apart.
    private func restarting(_ processes: (DemoUnderTest, inout [String: String]) async throws -> Void...) async throws {
        let directory = TemporaryDirectory()
        defer { directory.remove() }
        var kept: [String: String] = [:]
        for (number, process) in processes.enumerated() {
            let start = DemoUnderTest.start.advanced(by: .seconds(Int64(number) * 60))
            try await DemoUnderTest.run(["DATA_DIR": directory.path], startingAt: start) { demo in try await process(demo, &kept) }
        }
    }

    private func login(_ demo: DemoUnderTest, keep kept: inout [String: String], as name: String) async throws {
        let answer = try await demo.post("/api/auth/login", Self.credentials)
        kept[name] = try #require(answer.json["access_token"] as? String)
        kept[name + " refresh"] = try #require(answer.json["refresh_token"] as? String)
    }

    @Test func aRestartSignsNobodyOut() async throws {
        try await restarting(
            { demo, kept in
                _ = try await demo.signIn()
                try await login(demo, keep: &kept, as: "ann")
            },
            { demo, kept in
                let me = try await demo.get("/api/me", token: kept["ann"])
                #expect(me.status == 200 && me.json["email"] as? String == "ann@example.com")
                let refreshed = try await demo.post("/api/auth/refresh", #"{"refresh_token":"\#(kept["ann refresh"] ?? "")"}"#)
                #expect(refreshed.status == 200, "\(refreshed.text)")
                let again = try await demo.post("/api/auth/register", Self.credentials)
                #expect(again.code == "EMAIL_TAKEN")
            })
    }

    @Test func whatWasRevokedStaysRevoked() async throws {
        try await restarting(
            { demo, kept in
                _ = try await demo.signIn()
                try await login(demo, keep: &kept, as: "signed out")
                try await login(demo, keep: &kept, as: "other")
                let key = try await demo.post("/api/keys", "{}", token: kept["other"])
                let text = try #require(key.json["api_key"] as? String)
                let exchanged = try await demo.post("/api/auth/key", #"{"api_key":"\#(text)"}"#)
                kept["key"] = text
                kept["machine"] = try #require(exchanged.json["access_token"] as? String)
                let id = try #require((key.json["key"] as? [String: Any])?["id"] as? String)
                let deleted = try await demo.send(.DELETE, "/api/keys/\(id)", token: kept["other"])
                #expect(deleted.status == 204)
                let signedOut = try await demo.send(.POST, "/api/auth/logout", token: kept["signed out"])
                #expect(signedOut.status == 204)
            },
            { demo, kept in
                for name in ["signed out", "machine"] {
                    let dead = try await demo.get("/api/me", token: kept[name])
                    #expect(dead.code == "TOKEN_REVOKED", "\(name)")
                }
                let refreshed = try await demo.post("/api/auth/refresh", #"{"refresh_token":"\#(kept["signed out refresh"] ?? "")"}"#)
                #expect(refreshed.status == 401)
                let exchanged = try await demo.post("/api/auth/key", #"{"api_key":"\#(kept["key"] ?? "")"}"#)
                #expect(exchanged.status == 401)
                let other = try await demo.get("/api/me", token: kept["other"])
                #expect(other.status == 200)
                let everywhere = try await demo.send(.POST, "/api/auth/logout-all", token: kept["other"])
                #expect(everywhere.status == 204)
            },
            { demo, kept in
                for name in ["signed out", "machine", "other"] {
                    let dead = try await demo.get("/api/me", token: kept[name])
                    #expect(dead.code == "TOKEN_REVOKED", "\(name)")
                }
                let fresh = try await demo.post("/api/auth/login", Self.credentials)
                #expect(fresh.status == 200)
            })
    }

    @Test func aDataDirectoryThatKnowsNothingRefusesTokensFromBeforeIt() async throws {
        var token = ""
        try await DemoUnderTest.run { demo in token = try await demo.signIn() }
        try await DemoUnderTest.run(startingAt: DemoUnderTest.start.advanced(by: .seconds(1))) { demo in
            demo.time.advance(by: .seconds(5))
            let stranger = try await demo.get("/api/me", token: token)
            #expect(stranger.code == "TOKEN_REVOKED")
        }
    }

    @Test func anErasedPersonIsInNoFile() async throws {
        let directory = TemporaryDirectory()
        defer { directory.remove() }
        try await DemoUnderTest.run(["DATA_DIR": directory.path]) { demo in
            let token = try await demo.signIn("unforgettable@example.com")
            _ = try await demo.post("/api/chat", #"{"message":"Hello"}"#, token: token)
            let erased = try await demo.send(.DELETE, "/api/me", token: token)
            #expect(erased.status == 204)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(files.contains("identity.sqlite") && files.contains("ledger.sqlite"))
        for file in files {
            let bytes = try Data(contentsOf: URL(filePath: directory.path + "/" + file))
            #expect(bytes.range(of: Data("unforgettable".utf8)) == nil, "\(file)")
        }
    }

    @Test func anIdentityStoreThatCannotAnswerIsAnOutageAndSignsNobodyOut() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            try await demo.application.services.identity.close()
            for answer in [
                try await demo.get("/api/me", token: token), try await demo.post("/api/auth/login", Self.credentials),
                try await demo.send(.POST, "/api/auth/logout", token: token),
            ] { #expect(answer.status == 503 && answer.code == "DATABASE_ERROR", "\(answer.text)") }
            let health = try await demo.get("/health")
            #expect(health.status == 200)
        }
    }

    @Test func aDamagedIdentityFileStopsTheStart() async throws {
        let directory = TemporaryDirectory()
        defer { directory.remove() }
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: directory.path + "/identity.sqlite"))
        await #expect(throws: ConfigurationError.self) {
            try await DemoUnderTest.run(["DATA_DIR": directory.path]) { _ in }
        }
    }
}
