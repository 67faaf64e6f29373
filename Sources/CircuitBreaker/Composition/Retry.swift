import HardeningCore

/// Makes a call again when that may help, and only as often as it may.
///
/// Use it for calls that may safely happen twice. The last error is thrown as it is. Never retried: cancellation, anything
/// the budget does not pay for, and anything whose wait would outlive ``Deadline/current``.
public struct Retry: Sendable {
    /// What an error says about trying again.
    public enum Verdict: Sendable, Hashable {
        case stop
        /// Try again after the backoff, and never earlier than the server asked.
        case retry(notBefore: Duration?)
        /// Try again only if this wait is known to fit a deadline, for refusals that made no call.
        case retryWithinDeadline(notBefore: Duration)
    }

    public let maxAttempts: Int
    public let backoff: Backoff
    public let budget: RetryBudget?
    private let waiter: Waiter
    private let random: @Sendable () -> UInt64
    private let judge: @Sendable (any Error) -> Verdict

    /// - Parameters:
    ///   - maxAttempts: the first one included, 1…100.
    ///   - backoff: the wait between attempts.
    ///   - budget: shared by all callers of one dependency; nil leaves retries bounded by `maxAttempts` alone.
    ///   - waiter: how to wait.
    ///   - random: uniformly distributed bits for the jitter.
    ///   - judge: which errors are retried.
    /// - Throws: ``CompositionError``.
    public init(
        maxAttempts: Int = 3,
        backoff: Backoff,
        budget: RetryBudget?,
        waiter: Waiter = .system,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) },
        judge: @escaping @Sendable (any Error) -> Verdict = Retry.verdict(on:)
    ) throws(CompositionError) {
        try CompositionError.check((1...100).contains(maxAttempts), .attempts, "the number of attempts must be 1…100")
        self.maxAttempts = maxAttempts
        self.backoff = backoff
        self.budget = budget
        self.waiter = waiter
        self.random = random
        self.judge = judge
    }

    /// The default judgement: every error is retried, except cancellation, our own deadline, a full bulkhead, and a breaker's
    /// refusal that does not say when it ends.
    public static func verdict(on error: any Error) -> Verdict {
        switch error {
        case is CancellationError, is DeadlineExceeded, is BulkheadFull: .stop
        case let rejection as Breaker.Rejection: rejection.retryAfter.map { .retryWithinDeadline(notBefore: $0) } ?? .stop
        default: .retry(notBefore: nil)
        }
    }

    /// Makes the call, and again while it fails and may be retried.
    public func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        budget?.recordRequest()
        var failures = 0
        while true {
            do {
                return try await operation()
            } catch {
                failures += 1
                guard !Task.isCancelled, failures < maxAttempts, let moment = nextAttempt(after: error, failures: failures),
                    budget?.withdraw() ?? true
                else { throw error }
                try await waiter.wait(until: moment)
            }
        }
    }

    /// When to try again, or nil if not.
    private func nextAttempt(after error: any Error, failures: Int) -> MonotonicTime? {
        let serverAsks: Duration
        switch judge(error) {
        case .stop: return nil
        case .retry(let notBefore): serverAsks = notBefore ?? .zero
        case .retryWithinDeadline(let notBefore):
            guard Deadline.current != nil else { return nil }
            serverAsks = notBefore
        }
        let wait = max(serverAsks, backoff.wait(afterFailures: failures, random: random()))
        let moment = waiter.time.monotonic.advanced(by: wait)
        if let deadline = Deadline.current, moment >= deadline.moment { return nil }
        return moment
    }
}
