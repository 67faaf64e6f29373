import HardeningCore

extension Breaker {
    /// Lets a recovered dependency have its load back in steps.
    ///
    /// For dependencies that fall over again when everybody who waited comes at once: cold caches, small pools. Not needed
    /// where one good answer means that all are good. The choice is deterministic: of any run of calls in one step, the
    /// share differs from `percents` by less than one call.
    public struct Ramp: Sendable, Hashable {
        /// Shares of calls admitted, one step after the other, each 1…99 and rising, at most 16.
        ///
        /// After the last step all calls are admitted.
        public var percents: [Int]
        /// The length of one step; positive and finite.
        public var step: Duration

        public init(percents: [Int] = [10, 25, 50], step: Duration) {
            self.percents = percents
            self.step = step
        }
    }
}

/// A closed breaker that is getting its load back.
package struct RampProgress: Sendable, Hashable {
    let began: MonotonicTime
    /// Percent of a call that is due, 0…99.
    private var credit = 0

    init(began: MonotonicTime) {
        self.began = began
    }

    /// - Returns: the share and the end of the step at `now`, or nil when the ramp is over.
    func stage(of ramp: Breaker.Ramp, at now: MonotonicTime) -> (percent: Int, until: MonotonicTime)? {
        let length = max(1, ramp.step.saturatingNanoseconds)
        let elapsed = max(0, now.duration(since: began).saturatingNanoseconds)
        let index = elapsed / length
        guard index < Int64(ramp.percents.count) else { return nil }
        let until = began.nanoseconds.addingSaturating((index + 1).multipliedSaturating(by: length))
        return (ramp.percents[Int(index)], MonotonicTime(nanoseconds: until))
    }

    /// Whether the next caller is one of the admitted.
    mutating func admits(percent: Int) -> Bool {
        credit += percent
        guard credit >= 100 else { return false }
        credit -= 100
        return true
    }
}
