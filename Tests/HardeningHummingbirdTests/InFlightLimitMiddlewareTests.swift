import ErrorCatalog
import HTTPHardening
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import HardeningHummingbird

@Suite(.timeLimit(.minutes(60))) struct InFlightLimitMiddlewareTests {
    private struct Broken: Error {}

    private func application(_ limit: InFlightLimit, hold: Gate = Gate(), inside: Gate = Gate()) -> some ApplicationProtocol {
        let router = Router(context: BasicHardenedContext.self)
        router.add(middleware: ErrorMiddleware(routes: RouteTable()))
        router.add(
            middleware: InFlightLimitMiddleware(limit, exempt: ExemptRoutes(exact: ["/health"]), retryAfter: .seconds(3)))
        router.get("health") { _, _ in "ok" }
        router.get("plain") { _, _ in "ok" }
        router.get("throws") { _, _ -> String in throw Broken() }
        router.get("refuses") { _, _ -> String in throw CatalogError(.forbidden) }
        router.get("waits") { _, _ in
            inside.open()
            await hold.wait()
            return "waited"
        }
        router.get("stream") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "one"))
                    inside.open()
                    await hold.wait()
                    try await writer.write(ByteBuffer(string: "two"))
                    try await writer.finish(nil)
                })
        }
        router.get("broken-stream") { _, _ in Response(status: .ok, body: ResponseBody { _ in throw Broken() }) }
        return Application(router: router, logger: .silent)
    }

    /// `path` is worked on, or its body is being written, while others ask.
    @Test(arguments: ["/waits", "/stream"]) func aPlaceIsHeldUntilTheAnswerIsWritten(path: String) async throws {
        let limit = InFlightLimit(1)
        let (hold, inside) = (Gate(), Gate())
        try await application(limit, hold: hold, inside: inside).test(.router) { client in
            async let first = client.execute(uri: path, method: .get)
            await inside.wait()
            #expect(limit.count == 1)
            try await client.execute(uri: "/plain", method: .get) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(response.headers[values: .retryAfter] == ["3"])
                #expect(String(buffer: response.body).contains("SERVICE_UNAVAILABLE"))
            }
            try await client.execute(uri: "/health", method: .get) { #expect($0.status == .ok, "health checks take no place") }
            #expect(limit.count == 1, "a refused request takes no place and frees none")
            hold.open()
            #expect(try await first.status == .ok)
            #expect(limit.count == 0)
            try await client.execute(uri: "/plain", method: .get) { #expect($0.status == .ok) }
        }
    }

    @Test(arguments: ["/plain", "/throws", "/refuses", "/missing", "/health"]) func afterAnyAnswerThePlaceIsFree(path: String) async throws
    {
        let limit = InFlightLimit(1)
        try await application(limit).test(.router) { client in
            for _ in 0..<3 { _ = try await client.execute(uri: path, method: .get) }
        }
        #expect(limit.count == 0)
    }

    @Test func aStreamThatBreaksFreesItsPlace() async throws {
        let limit = InFlightLimit(1)
        try await application(limit).test(.router) { client in
            for _ in 0..<3 { await #expect(throws: Broken.self) { try await client.execute(uri: "/broken-stream", method: .get) } }
        }
        #expect(limit.count == 0)
    }

    /// The framework drops an answer whose head could not be written.
    @Test func anAnswerThatNobodyWritesFreesItsPlace() throws {
        let limit = InFlightLimit(1)
        var body: ResponseBody? = ResponseBody(byteBuffer: ByteBuffer(string: "never"))
        do {
            let place = try #require(limit.enter())
            body = body?.onceWritten { _, _ in place.leave() }
        }
        #expect(limit.count == 1)
        body = nil
        #expect(body == nil && limit.count == 0)
    }

    /// By its end, and not only when whoever wrote the answer lets go of it.
    @Test(arguments: [false, true]) func aPlaceIsFreeWhileTheWrittenAnswerIsStillThere(isBroken: Bool) async throws {
        let limit = InFlightLimit(1)
        let place = try #require(limit.enter())
        let whole = ResponseBody(byteBuffer: ByteBuffer(string: "whole"))
        let body = (isBroken ? ResponseBody { _ in throw Broken() } : whole).onceWritten { _, _ in place.leave() }
        try? await body.write(Sink())
        #expect(limit.count == 0)
        withExtendedLifetime((body, place)) {}
    }

    private struct Sink: ResponseBodyWriter {
        mutating func write(_ buffer: ByteBuffer) async throws {}
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    @Test func cancellationFreesThePlace() async throws {
        let limit = InFlightLimit(1)
        let (hold, inside) = (Gate(), Gate())
        try await application(limit, hold: hold, inside: inside).test(.router) { client in
            let task = Task { try await client.execute(uri: "/waits", method: .get) }
            await inside.wait()
            task.cancel()
            hold.open()
            _ = await task.result
        }
        #expect(limit.count == 0)
    }
}
