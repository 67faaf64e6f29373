import AsyncHTTPClient
import CircuitBreaker
import CostTracker
import Foundation
import HardeningCore
import Hummingbird
import NIOCore
import NIOHTTP1
import Testing

@testable import DemoServer

/// Answers that arrive piece by piece.
@Suite(.serialized, .timeLimit(.minutes(60))) struct ChatStreamTests {
    static let long = String(repeating: "many words to say ", count: 40)

    private static func question(_ model: String = "claude-sonnet-5-5", stream: Bool = true, message: String = "Hello") -> String {
        #"{"message":"\#(message)","session_id":"s","max_tokens":300,"model":"\#(model)","stream":\#(stream)}"#
    }

    @Test(arguments: ["claude-sonnet-5-5", "gpt-4o"])
    func aStreamedAnswerSaysAndCostsWhatAWholeOneDoes(model: String) async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            let whole = try await demo.post("/api/chat", Self.question(model, stream: false, message: Self.long), token: token)
            let single = try await demo.day().used
            let both = try single + single
            let streamed = try await demo.post("/api/chat", Self.question(model, message: Self.long), token: token)
            #expect(streamed.status == 200 && streamed.header("content-type") == "text/event-stream; charset=utf-8")
            let events = streamed.events
            #expect(events.count > 3 && events.dropLast().allSatisfy { $0.name == "delta" })
            #expect(events.compactMap { $0.json["text"] as? String }.joined() == whole.json["reply"] as? String)
            let done = try #require(events.last)
            #expect(done.name == "done" && done.json["stopped"] == nil)
            #expect(done.json["usage"] as? [String: Int] == whole.json["usage"] as? [String: Int])
            let day = try await demo.day()
            #expect(day.used == both && day.held == .zero && day.suspense == .zero)
            #expect(demo.breaker(of: model).snapshot.failures == 0)
        }
    }

    @Test(arguments: ["claude-sonnet-5-5", "gpt-4o"], [UpstreamMode.fail, .rateLimited(retryAfterSeconds: 90), .hang])
    func aFailureBeforeTheFirstByteIsAnOrdinaryAnswer(model: String, mode: UpstreamMode) async throws {
        let tuning = DemoTuning(chatTimeout: mode == .hang ? .milliseconds(200) : .seconds(3600), chatAttempts: 1)
        try await DemoUnderTest.run(tuning: tuning) { demo in
            try #require(demo.application.upstreamControl).setMode(mode, of: Provider(servingModel: model))
            let token = try await demo.signIn()
            let answer = try await demo.post("/api/chat", Self.question(model), token: token)
            #expect(answer.status == 503 && answer.code == "AI_SERVICE_ERROR")
            if mode == .rateLimited(retryAfterSeconds: 90) { #expect(answer.header("retry-after") == "90") }
            #expect(demo.breaker(of: model).snapshot.failures == 1)
            let day = try await demo.day()
            #expect(day.held == .zero && day.suspense == .zero && (day.used > .zero) == (mode == .hang))
        }
    }

    @Test(arguments: ["claude-sonnet-5-5", "gpt-4o"], [true, false])
    func aSlowProviderIsWaitedFor(model: String, stream: Bool) async throws {
        let paused = Latch<Void>()
        let tuning = DemoTuning(chatAttempts: 1, upstreamPause: { paused.settle(.success(())) })
        try await DemoUnderTest.run(tuning: tuning) { demo in
            try #require(demo.application.upstreamControl).setMode(.slow, of: Provider(servingModel: model))
            let token = try await demo.signIn()
            #expect(try await demo.post("/api/chat", Self.question(model, stream: stream), token: token).status == 200)
            try await paused.value
        }
    }

    @Test(arguments: ["claude-sonnet-5-5", "gpt-4o"])
    func aStreamThatBreaksOffIsAFailureAndChargedForWhatItProduced(model: String) async throws {
        try await DemoUnderTest.run { demo in
            try #require(demo.application.upstreamControl).setMode(.brokenStream, of: Provider(servingModel: model))
            let token = try await demo.signIn()
            let answer = try await demo.post("/api/chat", Self.question(model, message: Self.long), token: token)
            #expect(answer.status == 200)
            let events = answer.events
            #expect(events.first?.name == "delta" && events.last?.name == "error")
            #expect(events.last?.json["error_code"] as? String == "AI_SERVICE_ERROR")
            #expect(demo.breaker(of: model).snapshot.failures == 1)
            let broken = try await demo.day()
            #expect(broken.used > .zero && broken.held == .zero && broken.suspense == .zero)

            try #require(demo.application.upstreamControl).setMode(.ok, of: Provider(servingModel: model))
            let limit = #"{"message":"\#(Self.long)","max_tokens":900,"model":"\#(model)"}"#
            #expect(try await demo.post("/api/chat", limit, token: token).status == 200)
            #expect(demo.breaker(of: model).snapshot.failures == 0)
        }
    }

    @Test func aClientThatGoesAwayIsChargedAndEndsTheProvidersWork() async throws {
        let (left, ended) = (Latch<Void>(), Latch<Void>())
        try await withStub({ _ in Self.pinging(after: left, ended) }) { endpoint in
            try await DemoUnderTest.run(Self.real(try await endpoint.url(""))) { demo in
                let token = try await demo.signIn()
                try await demo.readOnePiece(of: Self.question(), token: token)
                left.settle(.success(()))
                try await ended.value
                while try await demo.day().held > .zero { await Task.yield() }
                let day = try await demo.day()
                #expect(day.used > .zero && day.suspense == .zero)
                // It did answer: that the client left is not its fault.
                #expect(demo.application.services.breakers[.claude].snapshot.failures == 0)
            }
        }
    }

    @Test func aStreamThatFallsSilentIsEnded() async throws {
        let ended = Latch<Void>()
        try await withStub({ Self.stalling($0, ended) }) { endpoint in
            let tuning = DemoTuning(chatAttempts: 1, streamIdle: .milliseconds(200))
            try await DemoUnderTest.run(Self.real(try await endpoint.url("")), tuning: tuning) { demo in
                let token = try await demo.signIn()
                let answer = try await demo.post("/api/chat", Self.question(), token: token)
                #expect(answer.events.map(\.name) == ["delta", "error"])
                try await ended.value
                let day = try await demo.day()
                #expect(day.used > .zero && day.held == .zero && day.suspense == .zero)
                #expect(demo.application.services.breakers[.claude].snapshot.failures == 1)
            }
        }
    }

    @Test func aStreamThatHasCostWhatWasHeldIsStopped() async throws {
        let flood = { @Sendable (request: Request) in
            Self.events { writer in
                for _ in 1...100 { try await writer.write(Self.delta(String(repeating: "word ", count: 100))) }
            }
        }
        try await withStub({ flood($0) }) { endpoint in
            try await DemoUnderTest.run(Self.real(try await endpoint.url(""))) { demo in
                let token = try await demo.signIn()
                let done = try #require(try await demo.post("/api/chat", Self.question(), token: token).events.last)
                #expect(done.name == "done" && done.json["stopped"] as? String == "hold_exhausted")
                let day = try await demo.day()
                #expect(day.used > .zero && day.held == .zero && day.suspense == .zero)
            }
        }
    }

    // MARK: - A provider gone wrong

    private static func real(_ url: String) -> [String: String] {
        ["UPSTREAM": "real", "ANTHROPIC_API_KEY": Provider.testKey, "ANTHROPIC_BASE_URL": url]
    }

    private static func delta(_ text: String) -> ByteBuffer {
        ByteBuffer(string: #"data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"\#(text)"}}"# + "\n\n")
    }

    private static func events(_ write: @escaping @concurrent @Sendable (inout any ResponseBodyWriter) async throws -> Void) -> Response {
        Response(status: .ok, headers: [.contentType: "text/event-stream"], body: ResponseBody(write))
    }

    /// One piece, then nothing until the client goes.
    private static func stalling(_ request: Request, _ ended: Latch<Void>) -> Response {
        events { writer in
            try await writer.write(delta("Hello"))
            defer { ended.settle(.success(())) }
            try await request.body.consumeWithCancellationOnInboundClose { body in
                _ = try await body.collect(upTo: 1 << 20)
                try await never()
            }
        }
    }

    /// One piece, then, once the client has left, signs of life until the connection ends.
    private static func pinging(after left: Latch<Void>, _ ended: Latch<Void>) -> Response {
        events { writer in
            defer { ended.settle(.success(())) }
            try await writer.write(delta("Hello"))
            try await left.value
            while true { try await writer.write(ByteBuffer(string: "event: ping\ndata: {\"type\":\"ping\"}\n\n")) }
        }
    }
}

extension DemoUnderTest {
    func day() async throws -> AccountBalance { try await application.services.ledger.status().day }

    func breaker(of model: String) -> Breaker { application.services.breakers[Provider(servingModel: model)] }

    /// Reads until the first bytes and drops the connection.
    func readOnePiece(of body: String, token: String) async throws {
        var request = HTTPClientRequest(url: url + "/api/chat")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        request.headers = ["Content-Type": "application/json", "Authorization": "Bearer \(token)"]
        let response = try await sharedClient.execute(request, timeout: .minutes(10))
        #expect(response.status == .ok)
        for try await _ in response.body { break }
    }
}

extension DemoUnderTest.Answer {
    struct Event {
        let name: String
        let data: String
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(data.utf8))) as? [String: Any] ?? [:] }
    }

    /// The body as server-sent events.
    var events: [Event] {
        text.components(separatedBy: "\n\n").compactMap { block in
            let lines = block.components(separatedBy: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else { return nil }
            return Event(name: String(lines[0].dropFirst(7)), data: String(lines[1].dropFirst(6)))
        }
    }
}
