import Foundation
import HardeningCore
import HardeningHummingbird
import RateLimit
import Synchronization
import Testing
import TokenAuth

@testable import DemoServer

/// Spoiled requests over real sockets: answered in the catalogue's words or not at all, and the server stays well.
///
/// `RAW_HTTP_REQUESTS` is how many there are; the default is small. Request n is the same in every run.
@Suite(.serialized, .timeLimit(.minutes(60))) struct RawHTTPTests {
    private static let count = ProcessInfo.processInfo.environment["RAW_HTTP_REQUESTS"].flatMap(Int.init) ?? 2_000
    private static let threads = 4

    @Test func spoiledRequestsAreAnsweredInTheCataloguesWordsOrNotAtAll() async throws {
        // No request is slow here, however busy the machine is.
        let tuning = DemoTuning(
            chatAttempts: 1, slowClients: SlowClientLimits(headTimeout: .seconds(3600), bodyGrace: .seconds(3600)),
            passwords: { _ in NoHashing() })
        try await DemoUnderTest.run(["RATE_LIMIT_ENABLED": "false", "DAILY_COST_LIMIT": "100000"], tuning: tuning) { demo in
            try demo.application.services.guardian.lists.allow(.addresses(parsing: "127.0.0.1"), reason: "this test")
            let port = try demo.port
            let corpus = Self.corpus(token: try await demo.signIn())
            let judge = ResponseJudge(OpenAPIDocument(demo.application.configuration).tree)
            let tally = await Self.run(corpus, port: port, judge: judge)
            for finding in tally.findings.prefix(20) { Issue.record("\(finding)") }
            #expect(tally.statuses.isSuperset(of: [200, 400, 401, 404, 405, 415, 422]), "\(tally.statuses.sorted())")
            #expect(tally.answers > Self.count / 2)
            #expect(try await demo.get("/health").status == 200)
        }
    }

    @Test func goodRequestsAreAnsweredOnTheSameConnections() async throws {
        let tuning = DemoTuning(chatAttempts: 1, passwords: { _ in NoHashing() })
        try await DemoUnderTest.run(tuning: tuning) { demo in
            let port = try demo.port
            for request in Self.corpus(token: try await demo.signIn()) {
                let bytes = try await onThread { Result { try RawConnection.exchange(Array(request.utf8), port: port) } }.get()
                let responses = try RawResponse.all(in: bytes)
                #expect(responses.count == 1 && responses.allSatisfy { $0.status < 500 }, "\(request)")
            }
        }
    }

    // MARK: - Requests

    private static func corpus(token: String) -> [String] {
        func post(_ path: String, _ body: String, _ fields: String = "") -> String {
            "POST \(path) HTTP/1.1\r\nHost: demo\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let bearer = "Authorization: Bearer \(token)\r\n"
        let login = #"{"email":"bob@example.com","password":"wrong horse 42"}"#
        let size = String(login.utf8.count, radix: 16)
        return [
            "GET /health HTTP/1.1\r\nHost: demo\r\n\r\n",
            "GET /api/search?q=flat%20by HTTP/1.1\r\nHost: demo\r\nAccept-Language: ar\r\nAccept: application/json\r\n\r\n",
            "GET /api/property/1 HTTP/1.1\r\nHost: demo\r\nX-Request-Id: abc-123\r\nUser-Agent: test\r\n\r\n",
            "GET /api/me HTTP/1.1\r\nHost: demo\r\n\(bearer)\r\n",
            "DELETE /api/property/2 HTTP/1.1\r\nHost: demo\r\n\r\n",
            "GET /no/such/page HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n",
            "OPTIONS /api/chat HTTP/1.1\r\nHost: demo\r\nOrigin: https://app.example.com\r\nAccess-Control-Request-Method: POST\r\n\r\n",
            post("/api/auth/login", login), post("/api/auth/register", #"{"email":"no","password":7,"full_name":null}"#),
            post("/api/chat", #"{"message":"Hello","session_id":"raw","max_tokens":20}"#, bearer),
            post("/api/chat", #"{"message":"Hello","max_tokens":20,"stream":true}"#, bearer),
            "POST /api/auth/login HTTP/1.1\r\nHost: demo\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "\(size)\r\n\(login)\r\n0\r\n\r\n",
        ]
    }

    // MARK: - Running

    private struct Tally: Sendable {
        var answers = 0
        var statuses: Set<Int> = []
        var findings: [String] = []
    }

    private static func run(_ corpus: [String], port: UInt16, judge: ResponseJudge) async -> Tally {
        let tally = SharedTally()
        await withTaskGroup(of: Void.self) { group in
            for first in 0..<threads {
                group.addTask {
                    await onThread {
                        for index in stride(from: first, to: count, by: threads) { send(index, corpus, port, judge, tally) }
                    }
                }
            }
        }
        return tally.value.withLock { $0 }
    }

    private final class SharedTally: Sendable {
        let value = Mutex(Tally())
    }

    private static func send(_ index: Int, _ corpus: [String], _ port: UInt16, _ judge: ResponseJudge, _ tally: SharedTally) {
        var mutator = RequestMutator(seed: UInt64(index))
        let request = mutator.spoil(corpus)
        var problems: [String] = []
        var responses: [RawResponse] = []
        do {
            let bytes = try RawConnection.exchange(request, port: port)
            responses = try RawResponse.all(in: bytes)
            problems = responses.flatMap(judge.problems)
        } catch {
            problems = ["\(error)"]
        }
        let finding =
            problems.isEmpty
            ? nil : "request \(index): \(problems)\n\(String(decoding: request.prefix(600), as: UTF8.self).debugDescription)"
        tally.value.withLock { tally in
            tally.answers += responses.count
            tally.statuses.formUnion(responses.map(\.status))
            if let finding { tally.findings.append(finding) }
        }
    }
}

/// Passwords compared as they are: what is tested is what comes before.
private struct NoHashing: PasswordChecking {
    func hash(_ password: String) async throws(PasswordError) -> String { password }
    func verify(password: String, hash: String) async throws(PasswordError) -> Bool { password == hash }
    func verifyUnknownAccount(password: String) async throws(PasswordError) -> Bool { false }
    func needsRehash(_ hash: String) -> Bool { false }
}
