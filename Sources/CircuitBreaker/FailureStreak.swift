package import HardeningCore

/// The failures since the last success, and what the server asked for meanwhile.
package struct FailureStreak: Sendable, Hashable {
    package private(set) var count = 0
    package private(set) var last: Breaker.Failure?
    package private(set) var lastAt: MonotonicTime?
    /// The latest moment until which any failure of the streak asked to be left alone.
    package private(set) var serverAsksUntil: MonotonicTime?

    mutating func add(_ failure: Breaker.Failure, at now: MonotonicTime) {
        count = min(count + 1, Breaker.Configuration.countRange.upperBound)
        last = failure
        lastAt = now
        if let retryAfter = failure.retryAfter, retryAfter > .zero {
            serverAsksUntil = max(now.advanced(by: retryAfter), serverAsksUntil ?? .distantPast)
        }
    }
}
