import HardeningCore

/// How long to wait between attempts: exponential, capped, with full jitter.
///
/// The wait is uniform in `0…min(cap, base · factor^n)`. Full jitter spreads callers that failed together better than
/// adding a little noise: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. Saturates, never traps.
public struct Backoff: Sendable, Hashable {
    /// The ceiling of the first wait.
    public let base: Duration
    /// The highest ceiling.
    public let cap: Duration
    /// What every further failure multiplies the ceiling by, 1…100.
    public let factor: Int

    /// - Parameters:
    ///   - base: positive and finite; 100 ms is about one round trip and the server's own queue.
    ///   - cap: finite, not below `base`; 10 s because few callers wait longer.
    ///   - factor: 1…100.
    /// - Throws: ``CompositionError``.
    public init(
        base: Duration = .milliseconds(100), cap: Duration = .seconds(10), factor: Int = 2
    ) throws(CompositionError) {
        try CompositionError.check(base.isUsableLimit, .backoffBase, "the first wait must be positive and finite")
        try CompositionError.check(cap.isUsableLimit && cap >= base, .backoffCap, "the longest wait must be finite and not below the first")
        try CompositionError.check((1...100).contains(factor), .backoffFactor, "the backoff factor must be 1…100")
        self.base = base
        self.cap = cap
        self.factor = factor
    }

    /// The longest wait after `failures` failed attempts.
    ///
    /// - Complexity: O(log(cap / base)), O(1) with factor 1.
    public func ceiling(afterFailures failures: Int) -> Duration {
        let cap = cap.saturatingNanoseconds
        var wait = base.saturatingNanoseconds
        var remaining = factor > 1 ? failures - 1 : 0
        while remaining > 0 && wait < cap {
            wait = wait.multipliedSaturating(by: Int64(factor))
            remaining -= 1
        }
        return .nanoseconds(min(wait, cap))
    }

    /// The wait itself.
    ///
    /// - Parameter random: uniformly distributed bits; 0 gives no wait, all ones the ceiling.
    public func wait(afterFailures failures: Int, random: UInt64) -> Duration {
        let ceiling = UInt64(ceiling(afterFailures: failures).saturatingNanoseconds)
        return .nanoseconds(Int64(random.multipliedFullWidth(by: ceiling + 1).high))  // 0…ceiling
    }
}
