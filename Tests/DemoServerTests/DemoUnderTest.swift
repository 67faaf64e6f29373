import AsyncHTTPClient
import Foundation
import HardeningCore
import HardeningHummingbird
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import DemoServer

/// The whole server inside the test's process, on a free port, with a clock that only the test moves.
struct DemoUnderTest: Sendable {
    let url: String
    let time: ManualTime
    let application: DemoApplication

    /// 2026-11-20T12:00:00Z: after the validity of every bundled price began.
    static let start = Timestamp(secondsSince1970: 1_795_176_000)

    static let defaults = [
        "PORT": "0", "ENVIRONMENT": "staging", "BCRYPT_COST": "10", "LOG_LEVEL": "critical",
        "JWT_SECRET_KEY": "ckq2v7XJ0pTz4mWb9sRyd5NfH1hGpEuA8LoK3iZe",
    ]

    /// Starts a server, runs `body`, and stops the server.
    static func run(
        _ settings: [String: String] = [:], startingAt start: Timestamp = start, tuning: DemoTuning = .once, log: CapturedLog? = nil,
        _ body: (DemoUnderTest) async throws -> Void
    ) async throws {
        let directory = TemporaryDirectory()
        defer { directory.remove() }
        let settings = defaults.merging(["DATA_DIR": directory.path]) { $1 }.merging(settings) { $1 }
        let configuration = try DemoConfiguration(SettingsReader(settings))
        let time = ManualTime(timestamp: start)
        var logger = log.map { log in Logger(label: "test") { _ in log.handler } } ?? Logger(label: "test")
        logger.logLevel = configuration.logLevel
        let application = try await DemoApplication(configuration, time: .manual(time), logger: logger, tuning: tuning)
        let (addresses, continuation) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await application.run(shutdownSignals: []) { continuation.yield($0) }
            }
            for await url in addresses {
                try await body(DemoUnderTest(url: url, time: time, application: application))
                break
            }
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch is CancellationError {}
        }
    }

    var port: UInt16 {
        get throws { try #require(url.split(separator: ":").last.flatMap { UInt16($0) }) }
    }

    // MARK: - Requests

    func send(
        _ method: HTTPMethod, _ path: String, body: String? = nil, token: String? = nil, headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let body {
            request.body = .bytes(ByteBuffer(string: body))
            if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                request.headers.add(name: "Content-Type", value: "application/json")
            }
        }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await sharedClient.execute(request, timeout: .minutes(10))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        let answer = Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
        let isPreflight = request.headers.contains(name: "Access-Control-Request-Method")
        expectDescribed(
            HTTPExchange(
                method: method.rawValue, path: path, requestBody: body, isPreflight: isPreflight, status: answer.status,
                headers: answer.headers, body: answer.text))
        return answer
    }

    func get(_ path: String, token: String? = nil, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.GET, path, token: token, headers: headers)
    }

    func post(_ path: String, _ body: String, token: String? = nil, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.POST, path, body: body, token: token, headers: headers)
    }

    /// Registers an account and signs it in.
    func signIn(_ email: String = "ann@example.com", password: String = "correct horse 42") async throws -> String {
        let credentials = #"{"email":"\#(email)","password":"\#(password)"}"#
        _ = try await post("/api/auth/register", credentials)
        return try #require(try await post("/api/auth/login", credentials).json["access_token"] as? String)
    }

    /// What a response looked like.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        /// The body as a JSON object; empty when it is none.
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:] }
        var code: String? { json["error_code"] as? String }
        var details: [String: Any] { json["details"] as? [String: Any] ?? [:] }

        func header(_ name: String) -> String? { headers.first(name: name) }

        /// The pointers and codes of a validation error.
        var fields: [String] {
            (details["errors"] as? [[String: Any]] ?? []).map { "\($0["pointer"] ?? "") \($0["code"] ?? "")" }
        }
    }
}

extension DemoTuning {
    /// Providers are asked once; see ``retrying(_:)``.
    static let once = retrying(1)

    /// Providers are asked up to `attempts` times, without a wait between; nobody is too slow, however busy the machine is.
    static func retrying(_ attempts: Int) -> DemoTuning {
        DemoTuning(
            chatTimeout: .seconds(3600), chatDeadline: .seconds(3600), chatAttempts: attempts, streamFirstByte: .seconds(3600),
            streamIdle: .seconds(3600), jitter: { 0 },
            slowClients: SlowClientLimits(headTimeout: .seconds(3600), bodyGrace: .seconds(3600)))
    }
}
