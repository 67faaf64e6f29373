public import HardeningCore
import Synchronization

/// Bounds the retries of all callers that share it, so that retries cannot multiply an outage.
///
/// A retry is paid by a share of the requests, or by a floor per second that keeps rare callers able to retry at all. In any
/// span: `retries ≤ requests · share + burst + floor · (seconds + 1)`, and from the start without the burst. The idea is
/// Finagle's `RetryBudget`; here both parts are token buckets in integers. One short lock, no allocation, fixed memory.
public final class RetryBudget: Sendable {
    /// What the budget has seen.
    public struct Snapshot: Sendable, Hashable {
        public internal(set) var requests: UInt64 = 0
        /// Retries paid for.
        public internal(set) var retries: UInt64 = 0
        /// Retries refused.
        public internal(set) var exhausted: UInt64 = 0
    }

    private struct State {
        var credit: Int64 = 0  // hundredths of a retry
        var reserve: Int64 = RetryBudget.second  // nanoseconds of floor saved up
        var refilled: MonotonicTime
        var totals = Snapshot()
    }

    private static let second: Int64 = 1_000_000_000

    private let share: Int64
    private let creditLimit: Int64
    /// Nanoseconds of floor one retry costs, rounded up; nil when there is no floor.
    private let reserveCost: Int64?
    private let time: TimeSource
    private let state: Mutex<State>

    /// - Parameters:
    ///   - sharePercent: retries per hundred requests, 0…1000; 20 as Finagle has it.
    ///   - floorPerSecond: retries that are always paid for, 0…1,000,000; 10 as Finagle has it.
    ///   - burst: unused shares kept, 1…1,000,000 retries.
    ///   - time: only the monotonic clock decides.
    /// - Throws: ``CompositionError``.
    public init(
        sharePercent: Int = 20, floorPerSecond: Int = 10, burst: Int = 100, time: TimeSource = .system
    ) throws(CompositionError) {
        try CompositionError.check((0...1000).contains(sharePercent), .budgetShare, "the share of retries must be 0…1000 percent")
        try CompositionError.check((0...1_000_000).contains(floorPerSecond), .budgetFloor, "the floor must be 0…1000000 retries a second")
        try CompositionError.check((1...1_000_000).contains(burst), .budgetBurst, "the burst must be 1…1000000 retries")
        share = Int64(sharePercent)
        creditLimit = Int64(burst) * 100
        reserveCost = floorPerSecond == 0 ? nil : (Self.second + Int64(floorPerSecond) - 1) / Int64(floorPerSecond)
        self.time = time
        state = Mutex(State(refilled: time.monotonic))
    }

    /// Notes a first attempt, which earns its share.
    public func recordRequest() {
        state.withLock { state in
            state.totals.requests &+= 1
            state.credit = min(creditLimit, state.credit + share)
        }
    }

    /// Pays for one retry.
    ///
    /// - Returns: false if the budget is exhausted; then do not retry.
    public func withdraw() -> Bool {
        let now = time.monotonic
        return state.withLock { state in
            let isPaid = pay(&state, at: now)
            if isPaid { state.totals.retries &+= 1 } else { state.totals.exhausted &+= 1 }
            return isPaid
        }
    }

    public var snapshot: Snapshot { state.withLock { $0.totals } }

    private func pay(_ state: inout State, at now: MonotonicTime) -> Bool {
        if state.credit >= 100 {
            state.credit -= 100
            return true
        }
        guard let reserveCost else { return false }
        if now > state.refilled {
            let passed = now.nanoseconds.subtractingSaturating(state.refilled.nanoseconds)
            state.reserve = min(Self.second, state.reserve.addingSaturating(passed))
            state.refilled = now
        }
        guard state.reserve >= reserveCost else { return false }
        state.reserve -= reserveCost
        return true
    }
}
