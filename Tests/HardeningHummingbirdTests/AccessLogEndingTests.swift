import ErrorCatalog
import HTTPTypes
import HardeningCore
import HardeningHummingbird
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOEmbedded
import Testing

/// However a request ends, it is one line, at the level asked for.
@Suite(.timeLimit(.minutes(60))) struct AccessLogEndingTests {
    private struct Broken: Error {}

    /// Without an ``ErrorMiddleware``: what is thrown goes through the log.
    private func router(_ log: RecordedLog, level: Logger.Level = .info) -> Router<BasicHardenedContext> {
        let router = Router(context: BasicHardenedContext.self)
        router.add(middleware: AccessLogMiddleware(log.logger, level: level, time: .manual(ManualTime())))
        router.get("plain") { _, _ in "0123456789" }
        router.get("teapot") { _, _ -> String in throw HTTPError(.init(code: 418)) }
        router.get("limited") { _, _ -> String in throw CatalogError(.rateLimitExceeded) }
        router.get("broken") { _, _ -> String in throw Broken() }
        return router
    }

    /// What the router makes of a request, before anybody writes the answer.
    private func respond(_ router: Router<BasicHardenedContext>, _ path: String) async throws -> Response {
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "a", path: path), body: RequestBody(buffer: ByteBuffer()))
        let context = BasicHardenedContext(source: .init(channel: EmbeddedChannel(), logger: .silent))
        return try await router.buildResponder().respond(to: request, context: context)
    }

    /// The client has gone before the head was written, or an outer layer put another body in its place.
    @Test func anAnswerThatNobodyWritesIsLoggedWhenItIsDropped() async throws {
        let log = RecordedLog()
        var response: Response? = try await respond(router(log), "/plain")
        #expect(response?.status == .ok && log.metadata.isEmpty, "the line waits for the end")
        response = nil
        let line = try #require(log.metadata.first)
        #expect(response == nil && log.metadata.count == 1)
        #expect(line["http.aborted"] == "true" && line["http.response.bytes"] == "0" && line["http.status"] == "200")
    }

    @Test(arguments: [("/teapot", "418"), ("/limited", "429"), ("/broken", "500"), ("/missing", "404")])
    func whatIsThrownPastTheLogIsALine(path: String, status: String) async throws {
        let log = RecordedLog()
        _ = try? await respond(router(log), path)
        let line = try #require(log.metadata.first)
        #expect(log.metadata.count == 1 && line["http.status"] == status)
        #expect(line["http.response.bytes"] == nil && line["http.aborted"] == nil)
    }

    @Test(arguments: [Logger.Level.debug, .info, .notice], ["/plain", "/broken"])
    func everyLineHasTheLevelAskedFor(level: Logger.Level, path: String) async throws {
        let log = RecordedLog(from: .trace)
        _ = try? await respond(router(log, level: level), path)
        #expect(log.levels == [level])
    }

    @Test(arguments: [(Logger.Level.info, 1), (.notice, 0), (.error, 0)])
    func belowTheLoggersLevelNothingIsWrittenAndTheBodyStaysWhole(threshold: Logger.Level, lines: Int) async throws {
        let log = RecordedLog(from: threshold)
        try await Application(router: router(log), logger: .silent).test(.router) { client in
            try await client.execute(uri: "/plain", method: .get) { #expect(String(buffer: $0.body) == "0123456789") }
        }
        #expect(log.metadata.count == lines)
    }
}
