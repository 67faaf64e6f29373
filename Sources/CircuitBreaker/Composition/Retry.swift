import HardeningCore

/// Makes a call again when that may help, and only as often as it may.
///
/// Use it for calls that may safely happen twice. The last error is thrown as it is. Never retried: cancellation, anything
/// the budget does not pay for, and anything whose wait would outlive ``Deadline/current``. One who cancels during a wait
/// gets `CancellationError` at once, one who cancels during an attempt gets what the attempt threw. A success at once costs
/// two short locks and no allocation.
public struct Retry: Sendable {
    /// What an error says about trying again.
    public enum Verdict: Sendable, Hashable {
        case stop
        /// Try again after what the server asks plus the backoff, whose jitter spreads those who were told the same.
        case retry(notBefore: Duration?)
        /// The same, but only if the wait is known to fit a deadline; for refusals that made no call.
        case retryWithinDeadline(notBefore: Duration)
    }

    public let maxAttempts: Int
    public let backoff: Backoff
    public let budget: RetryBudget?
    let waiter: Waiter
    private let random: @Sendable () -> UInt64
    private let judge: @Sendable (any Error) -> Verdict
    private let tally = Tally(Snapshot())

    /// Counts since it was made; copies count together.
    public struct Snapshot: Sendable, Hashable {
        /// First attempts.
        public internal(set) var calls: UInt64 = 0
        /// Waits begun, each for one further attempt.
        public internal(set) var retries: UInt64 = 0
        /// What all waits add up to, in nanoseconds.
        public internal(set) var waitedNanoseconds: Int64 = 0
        /// Errors thrown on because the attempts were used up.
        public internal(set) var outOfAttempts: UInt64 = 0
        /// Errors thrown on because the budget did not pay.
        public internal(set) var outOfBudget: UInt64 = 0
        /// Errors thrown on because the wait does not fit the deadline, or one is needed and there is none.
        public internal(set) var outOfTime: UInt64 = 0
        /// Errors thrown on because they are not to be retried, cancellation among them.
        public internal(set) var notRetryable: UInt64 = 0
    }

    public var snapshot: Snapshot { tally.value }

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

    /// The default judgement: every error is retried, except cancellation, our own deadline, and refusals by a bulkhead or
    /// a breaker that do not say when to come back.
    public static func verdict(on error: any Error) -> Verdict {
        switch error {
        case is CancellationError, is DeadlineExceeded: .stop
        case let full as BulkheadFull: full.retryAfter.map { .retryWithinDeadline(notBefore: $0) } ?? .stop
        case let rejection as Breaker.Rejection: rejection.retryAfter.map { .retryWithinDeadline(notBefore: $0) } ?? .stop
        default: .retry(notBefore: nil)
        }
    }

    /// Makes the call, and again while it fails and may be retried.
    ///
    /// - Throws: what the last attempt threw, or `CancellationError` if cancelled before the first or during a wait.
    public func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        budget?.recordRequest()
        tally.note { $0.calls &+= 1 }
        var failures = 0
        while true {
            do {
                return try await operation()
            } catch {
                failures += 1
                guard let moment = nextAttempt(after: error, failures: failures) else { throw error }
                try await waiter.wait(until: moment)
            }
        }
    }

    /// When to try again, or nil if not.
    private func nextAttempt(after error: any Error, failures: Int) -> MonotonicTime? {
        let serverAsks: Duration
        let needsDeadline: Bool
        switch Task.isCancelled ? .stop : judge(error) {
        case .stop: return giveUp(\.notRetryable)
        case .retry(let notBefore): (serverAsks, needsDeadline) = (max(.zero, notBefore ?? .zero), false)
        case .retryWithinDeadline(let notBefore): (serverAsks, needsDeadline) = (max(.zero, notBefore), true)
        }
        guard failures < maxAttempts else { return giveUp(\.outOfAttempts) }
        let now = waiter.time.monotonic
        let moment = now.advanced(by: serverAsks).advanced(by: backoff.wait(afterFailures: failures, random: random()))
        let deadline = Deadline.current?.moment ?? (needsDeadline ? .distantPast : nil)
        if let deadline, moment >= deadline { return giveUp(\.outOfTime) }
        guard budget?.withdraw() ?? true else { return giveUp(\.outOfBudget) }
        let wait = moment.nanoseconds.subtractingSaturating(now.nanoseconds)
        tally.note {
            $0.retries &+= 1
            $0.waitedNanoseconds = $0.waitedNanoseconds.addingSaturating(wait)
        }
        return moment
    }

    private func giveUp(_ reason: WritableKeyPath<Snapshot, UInt64>) -> MonotonicTime? {
        tally.note { $0[keyPath: reason] &+= 1 }
        return nil
    }
}
