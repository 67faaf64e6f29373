import CircuitBreaker
import HardeningCore

/// The layers around every call to a provider, one set for each.
///
/// The timeout of an attempt is the provider client's own: only it knows whether the request had left.
struct ChatPipelines: Sendable {
    /// The layers of one provider.
    struct Layers: Sendable {
        /// What a whole answer goes through.
        let pipeline: ResiliencePipeline
        /// The same layers singly, for a stream, which outlives the call that begins it.
        let deadline: Duration
        let retry: Retry
        let breaker: Breaker
        let bulkhead: Bulkhead
        let streamPolicy: Breaker.StreamPolicy<ChatStream.Chunk>
        let waiter: Waiter
    }

    /// The longest a provider may ask for before a retry; a client who must wait longer is told so instead.
    static let longestWait: Duration = .seconds(2)

    private let claude: Layers
    private let openai: Layers

    /// - Throws: `CompositionError` when the tuning makes no sense.
    init(breakers: Breakers, tuning: DemoTuning, time: TimeSource) throws(CompositionError) {
        claude = try Self.layers(around: breakers[.claude], tuning, time)
        openai = try Self.layers(around: breakers[.openai], tuning, time)
    }

    subscript(provider: Provider) -> Layers {
        provider == .claude ? claude : openai
    }

    private static func layers(around breaker: Breaker, _ tuning: DemoTuning, _ time: TimeSource) throws(CompositionError) -> Layers {
        let waiter = tuning.waiter
        let retry = try Retry(
            maxAttempts: tuning.chatAttempts, backoff: Backoff(base: .milliseconds(200), cap: .seconds(2)),
            budget: RetryBudget(sharePercent: 20, floorPerSecond: 1, burst: 10, time: time), waiter: waiter, random: tuning.jitter,
            judge: verdict)
        // An answer takes seconds: the guess is that one of the calls ends within the next.
        let bulkhead = try Bulkhead(limit: tuning.chatsAtOnce, retryHint: .seconds(1), waiter: waiter)
        let pipeline = try ResiliencePipeline(
            deadline: tuning.chatDeadline, retry: retry, breaker: breaker, bulkhead: bulkhead, waiter: waiter)
        return Layers(
            pipeline: pipeline, deadline: tuning.chatDeadline, retry: retry, breaker: breaker, bulkhead: bulkhead,
            streamPolicy: .init(
                firstElementWithin: tuning.streamFirstByte, idleLimit: tuning.streamIdle, emptyStream: .failure(.emptyStream)),
            waiter: waiter)
    }

    /// What is worth another attempt.
    ///
    /// Only what the provider cannot have charged for: the hold pays for one attempt, not for two.
    static func verdict(on error: any Error) -> Retry.Verdict {
        guard let failure = error as? ProviderFailure, !failure.mayHaveBeenCharged else { return .stop }
        if case .status(400..<500, _) = failure, failure.status != 408, failure.status != 429 { return .stop }
        guard let asked = failure.retryAfter else { return .retry(notBefore: nil) }
        return asked <= longestWait ? .retry(notBefore: asked) : .stop
    }
}

extension ProviderFailure {
    fileprivate var status: Int? {
        if case .status(let status, _) = self { status } else { nil }
    }
}
