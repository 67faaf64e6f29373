public import HTTPHardening
public import HardeningCore
public import Hummingbird
public import NIOCore
public import TokenAuth

/// A request context that carries what the hardening middleware finds out.
///
/// Add one property to your own context, or use ``BasicHardenedContext``:
///
/// ```swift
/// struct AppContext: HardenedContext {
///     var coreContext: CoreRequestContextStorage
///     var hardening: RequestFacts
///     init(source: Source) {
///         coreContext = .init(source: source)
///         hardening = .init(channel: source.channel)
///     }
/// }
/// ```
public protocol HardenedContext: RequestContext {
    var hardening: RequestFacts { get set }
}

/// What is known about one request, filled in from the outside inwards.
public struct RequestFacts: Sendable {
    /// The other end of the socket.
    public let peer: IPAddress
    /// The request's name; set by ``RequestIDMiddleware``.
    public var requestID: RequestIdentifier?
    /// The client behind trusted proxies; the peer until ``ClientAddressMiddleware`` has run.
    public var clientAddress: IPAddress
    /// The caller with a valid token; set by ``BearerIdentificationMiddleware``, ``BearerAuthenticationMiddleware``
    /// or, in a layer of your own, ``identify(_:by:)``.
    public internal(set) var caller: Verified<Claims>?
    /// What the caller was recognised by; nil without a caller.
    public internal(set) var credential: CallerCredential?
    /// The `TokenService` that found the caller's token valid, if one did.
    var verifier: ObjectIdentifier?
    /// Header fields for whatever answer follows, an error included.
    public let answerFields = AnswerFields()

    public init(channel: any Channel) {
        self.init(peer: IPAddress(channel.remoteAddress))
    }

    public init(peer: IPAddress) {
        self.peer = peer
        clientAddress = peer
    }
}

/// A context with nothing but the hardening facts.
public struct BasicHardenedContext: HardenedContext {
    public var coreContext: CoreRequestContextStorage
    public var hardening: RequestFacts

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        hardening = RequestFacts(channel: source.channel)
    }
}
