import HTTPHardening
import HTTPTypes
import HardeningCore
import HardeningHummingbird
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

@Suite struct AccessLogMiddlewareTests {
    private struct Broken: Error {}

    private func lines(
        _ uri: String, _ method: HTTPRequest.Method = .get, headers: HTTPFields = [:], client: ClientMention = .address
    ) async throws -> [[String: String]] {
        let log = RecordedLog()
        let time = ManualTime()
        let router = Router(context: BasicHardenedContext.self)
        router.add(middleware: RequestIDMiddleware(time: .manual(time)))
        router.add(
            middleware: AccessLogMiddleware(
                log.logger, client: client, clients: ClientAddressResolver(trustedProxies: [try #require(CIDRBlock("127.0.0.0/8"))]),
                exempt: ExemptRoutes(exact: ["/health"]), time: .manual(time)))
        router.add(middleware: ErrorMiddleware(routes: RouteTable(), time: .manual(time)))
        router.get("health") { _, _ in "ok" }
        router.get("items/{id}") { _, _ in
            time.advance(by: .microseconds(1_500))
            return "0123456789"
        }
        router.get("fails") { _, _ -> String in throw Broken() }
        router.get("stream") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    time.advance(by: .seconds(2))
                    try await writer.write(ByteBuffer(string: "abc"))
                    try await writer.finish(nil)
                })
        }
        router.get("broken") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "ab"))
                    throw Broken()
                })
        }
        try await Application(router: router, logger: .silent).test(.router) { client in
            _ = try? await client.execute(uri: uri, method: method, headers: headers)
        }
        return log.metadata
    }

    @Test func aRequestIsOneLineWithTheTemplateAndNothingTyped() async throws {
        let secret: HTTPFields = [
            .authorization: "Bearer s3cret", .cookie: "s3cret", .userAgent: "s3cret", .xRequestID: "abc", .xForwardedFor: "192.0.2.7",
        ]
        let lines = try await lines("/items/s3cret?token=s3cret", headers: secret)
        #expect(
            lines == [
                [
                    "http.method": "GET", "http.route": "/items/{id}", "http.status": "200", "http.duration_ms": "1.5",
                    "http.response.bytes": "10", "client.address": "192.0.2.7", "http.request.id": "abc",
                ]
            ])
    }

    @Test(
        arguments: [
            ("/fails", "500", "INTERNAL_ERROR", "/fails"), ("/missing", "404", "RESOURCE_NOT_FOUND", nil),
        ] as [(String, String, String, String?)])
    func anErrorIsNamedByItsCode(uri: String, status: String, code: String, route: String?) async throws {
        let line = try #require(try await lines(uri).first)
        #expect(line["http.status"] == status && line["error.code"] == code && line["http.route"] == route)
    }

    @Test func aStreamIsTimedAndCountedToItsEnd() async throws {
        let lines = try await lines("/stream")
        #expect(lines.count == 1)
        #expect(lines.first?["http.duration_ms"] == "2000.0" && lines.first?["http.response.bytes"] == "3")
        #expect(lines.first?["http.aborted"] == nil)
    }

    @Test func aStreamThatBreaksSaysSo() async throws {
        let lines = try await lines("/broken")
        #expect(lines.count == 1 && lines.first?["http.aborted"] == "true" && lines.first?["http.response.bytes"] == "2")
    }

    @Test func healthChecksAreLeftOut() async throws {
        #expect(try await lines("/health").isEmpty)
    }

    @Test func aFingerprintTellsClientsApartAndNamesNone() async throws {
        func mention(_ address: String, key: UInt8) async throws -> String {
            let fingerprint = ClientFingerprint(key: Secret(Array(repeating: key, count: 32)))
            let lines = try await lines("/items/1", headers: [.xForwardedFor: address], client: .fingerprint(fingerprint))
            #expect(lines.first?["client.address"] == nil)
            return try #require(lines.first?["client.fingerprint"])
        }
        let one = try await mention("192.0.2.7", key: 1)
        #expect(one.utf8.count == 16 && !one.contains("192"))
        #expect(try await mention("192.0.2.7", key: 1) == one)
        #expect(try await mention("192.0.2.8", key: 1) != one)
        #expect(try await mention("192.0.2.7", key: 2) != one)
        let unnamed = try await lines("/items/1", client: ClientMention.none)
        #expect(unnamed.first?.keys.contains { $0.hasPrefix("client") } == false)
    }
}
