import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

extension DemoProcess {
    typealias Answer = DemoUnderTest.Answer

    /// The password and first address of the accounts that exist from the start in development.
    static let credentials = #"{"email":"free@example.com","password":"correct horse battery"}"#

    func send(_ method: HTTPMethod, _ path: String, body: String? = nil, token: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let body {
            request.body = .bytes(ByteBuffer(string: body))
            request.headers.add(name: "Content-Type", value: "application/json")
        }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await sharedClient.execute(request, timeout: .minutes(10))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    func get(_ path: String, token: String? = nil) async throws -> Answer {
        try await send(.GET, path, token: token)
    }

    func signIn() async throws -> String {
        try #require(try await send(.POST, "/api/auth/login", body: Self.credentials).json["access_token"] as? String)
    }
}

extension DemoUnderTest.Answer {
    /// A number of the answer's JSON as it is written there.
    func amount(_ name: String) -> String? {
        guard let start = text.range(of: "\"\(name)\":") else { return nil }
        return String(text[start.upperBound...].prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "e" || $0 == "E" })
    }

    var cost: String? { amount("request_usd") }
}
