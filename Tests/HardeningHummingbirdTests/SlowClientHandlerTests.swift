import HTTPHardening
import HTTPTypes
import HardeningHummingbird
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@Suite struct SlowClientHandlerTests {
    private let limits = SlowClientLimits(
        headTimeout: .seconds(10), bodyGrace: .seconds(5), minimumBytesPerSecond: 100, stallTimeout: .seconds(30))

    private func connection() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: SlowClientHandler(limits))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.read()
        return channel
    }

    private let head = HTTPRequestPart.head(HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/"))

    private func receive(_ parts: HTTPRequestPart..., on channel: EmbeddedChannel) throws {
        for part in parts { try channel.writeInbound(part) }
        channel.read()
    }

    private func body(_ count: Int) -> HTTPRequestPart { .body(ByteBuffer(repeating: 0, count: count)) }

    /// The status of the answer that went out, if one did.
    private func status(_ channel: EmbeddedChannel) throws -> Int? {
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
        return head.status.code
    }

    @Test func aClientThatSendsNoHeadHears408() throws {
        let channel = try connection()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(9_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self),
            case .body(let body) = try channel.readOutbound(as: HTTPResponsePart.self),
            case .end = try channel.readOutbound(as: HTTPResponsePart.self)
        else { return #expect(Bool(false), "a whole answer") }
        #expect(head.status == .requestTimeout && head.headerFields[.connection] == "close")
        #expect(head.headerFields[.contentLength] == "\(body.readableBytes)")
        #expect(head.headerFields[.xContentTypeOptions] == "nosniff" && head.headerFields[.xRequestID] != nil)
        #expect(Set(head.headerFields.map(\.name.canonicalName)).count == head.headerFields.count)
        #expect(String(buffer: body).contains("REQUEST_TIMEOUT") && String(buffer: body).contains("لم يصل"))
        #expect(!channel.isActive)
    }

    @Test func aBodyMayTakeItsGraceAndTheTimeOfItsBytes() throws {
        let channel = try connection()
        try receive(head, body(300), on: channel)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(7_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(try status(channel) == 408 && !channel.isActive)
    }

    /// A byte each second keeps any idle timeout away.
    @Test func aDripOfBytesDoesNotHelp() throws {
        let channel = try connection()
        try receive(head, on: channel)
        var seconds = 0
        while channel.isActive, seconds < 60 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            seconds += 1
            if channel.isActive { try receive(body(1), on: channel) }
        }
        #expect(seconds == 6, "5 s of grace and a hundredth per byte")
    }

    @Test func aSteadyUploadGoesOnForAsLongAsItTakes() throws {
        let channel = try connection()
        try receive(head, on: channel)
        for _ in 0..<1000 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try receive(body(100), on: channel)
        }
        try receive(.end(nil), on: channel)
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive, "between requests the framework's idle timeout decides")
    }

    @Test func timeInWhichTheServerDoesNotReadIsNotTheClients() throws {
        let channel = try connection()
        try channel.writeInbound(head)
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        channel.read()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(4_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test func theTimeBeforeAHeadIsNotCountedAgainstItsBody() throws {
        let channel = try connection()
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        try receive(head, on: channel)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(4_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(try status(channel) == 408)
    }

    @Test func aClientThatWasToldToContinueHears408() throws {
        let channel = try connection()
        try receive(head, on: channel)
        try channel.writeOutbound(HTTPResponsePart.head(.init(status: .continue)))
        #expect(try status(channel) == 100)
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(try status(channel) == 408 && !channel.isActive)
    }

    @Test func aConnectionThatIsThereAlreadyIsWatchedFromTheStart() throws {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.pipeline.syncOperations.addHandler(SlowClientHandler(limits))
        channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(try status(channel) == 408 && !channel.isActive)
    }

    @Test(arguments: [false, true]) func anAnswerThatHasBegunIsNotMixedWithAnother(isWhole: Bool) throws {
        let channel = try connection()
        try receive(head, on: channel)
        try channel.writeOutbound(HTTPResponsePart.head(.init(status: .ok)))
        if isWhole { try channel.writeOutbound(HTTPResponsePart.end(nil)) }
        #expect(try status(channel) == 200)
        if isWhole { _ = try channel.readOutbound(as: HTTPResponsePart.self) }
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(!channel.isActive)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
    }

    @Test func aPipelinedRequestIsNotAnsweredOutOfTurn() throws {
        let channel = try connection()
        try receive(head, .end(nil), head, on: channel)
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(try status(channel) == nil && !channel.isActive)
    }

    @Test func whatTheServerWritesAfterwardsIsDropped() throws {
        let channel = try connection()
        try receive(head, on: channel)
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(throws: (any Error).self) { try channel.writeOutbound(HTTPResponsePart.head(.init(status: .ok))) }
        var heads = 0
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) { if case .head = part { heads += 1 } }
        #expect(heads == 1)
    }

    @Test func anAnswerThatNobodyTakesEnds() throws {
        let channel = try connection()
        try receive(head, .end(nil), on: channel)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(channel.isActive, "a client that goes on taking may go on")
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(!channel.isActive)
    }

    @Test func limitsOfNothingAreSmallNotEndless() {
        let limits = SlowClientLimits(headTimeout: .zero, bodyGrace: .seconds(-1), minimumBytesPerSecond: 0, stallTimeout: .zero)
        #expect(limits.headTimeout == .milliseconds(1) && limits.bodyGrace == .milliseconds(1) && limits.stallTimeout == .milliseconds(1))
        #expect(limits.minimumBytesPerSecond == 1)
    }
}
