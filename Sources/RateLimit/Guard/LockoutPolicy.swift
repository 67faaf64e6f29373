import HardeningCore

/// After how many failed sign-ins a lock falls, and how long it lasts.
///
/// From failure number `failures` on, every further one locks: for `firstLock`, then twice as long, up to `longestLock`,
/// less a random part of up to `jitter` per cent, so that locks that fell together do not end together.
/// A failure is forgotten once there was none for `memory`.
public struct LockoutPolicy: Sendable, Hashable {
    /// Failures that may happen before a lock falls, the one that makes it fall included.
    public let failures: Int
    public let firstLock: Duration
    public let longestLock: Duration
    /// Per cent of a lock that chance may take off.
    public let jitter: Int
    /// Failures count until none was added for this long.
    public let memory: Duration

    /// - Parameters:
    ///   - failures: 1…1,000,000.
    ///   - firstLock: 1 ns…366 days.
    ///   - longestLock: at least `firstLock`; no lock is longer.
    ///   - jitter: 0…90 per cent.
    ///   - memory: at least `longestLock`, or a lock would be forgotten while it is in force.
    /// - Throws: ``AbuseRuleError`` for anything else.
    public init(
        failures: Int, firstLock: Duration, longestLock: Duration, jitter: Int = 25, memory: Duration
    ) throws(AbuseRuleError) {
        guard (1...1_000_000).contains(failures) else {
            throw AbuseRuleError(.threshold, "A lock falls after 1 to 1,000,000 failures, not \(failures).")
        }
        guard (0...90).contains(jitter) else { throw AbuseRuleError(.threshold, "Jitter is 0 to 90 per cent, not \(jitter).") }
        for (duration, name) in [(firstLock, "first lock"), (longestLock, "longest lock"), (memory, "memory of failures")] {
            try AbuseRuleError.check(duration, is: name)
        }
        guard firstLock <= longestLock, longestLock <= memory else {
            throw AbuseRuleError(
                .duration, "The longest lock is at least the first one, and the memory of failures at least the longest lock.")
        }
        self.init(known: failures, firstLock, longestLock, jitter: jitter, memory: memory)
    }

    private init(known failures: Int, _ firstLock: Duration, _ longestLock: Duration, jitter: Int, memory: Duration) {
        self.failures = failures
        self.firstLock = firstLock
        self.longestLock = longestLock
        self.jitter = jitter
        self.memory = memory
    }

    /// The default for accounts: from the fifth failure on, 1 s doubling to 15 min, forgotten after a day.
    ///
    /// A guesser gets about a hundred tries a day once there. The owner who mistyped waits seconds, and a stranger who
    /// wants to lock the owner out has to come back every quarter of an hour.
    public static let escalating = LockoutPolicy(
        known: 5, .seconds(1), .seconds(900), jitter: 25, memory: .seconds(86_400))

    /// The default for addresses: from failure 30 on, 1 s doubling to 15 min, forgotten after an hour without any.
    ///
    /// More patient than with an account, because an office or a mobile network may be one address.
    public static let escalatingForAddresses = LockoutPolicy(
        known: 30, .seconds(1), .seconds(900), jitter: 25, memory: .seconds(3600))

    /// Five failures lock for an hour, after which all is forgotten.
    ///
    /// Simple to explain and to audit. Anybody can lock out anybody whose name they know, for five requests an hour:
    /// prefer ``escalating`` unless a rule-book asks for this.
    public static let fiveFailuresLockAnHour = LockoutPolicy(
        known: 5, .seconds(3600), .seconds(3600), jitter: 0, memory: .seconds(3600))
}

extension LockoutPolicy {
    /// The lock that failure number `count` brings, in nanoseconds; 0 for none.
    ///
    /// - Parameter chance: any number; the part taken off is `chance / 2⁶⁴ × jitter` per cent.
    func lock(at count: Int, chance: UInt64) -> Int64 {
        guard count >= failures else { return 0 }
        let doublings = min(62, count - failures)
        let longest = longestLock.saturatingNanoseconds
        let step = min(longest, firstLock.saturatingNanoseconds.multipliedSaturating(by: 1 << Int64(doublings)))
        let most = step / 100 * Int64(jitter) + step % 100 * Int64(jitter) / 100
        let off = UInt64(max(0, most)).multipliedFullWidth(by: chance).high
        return max(1, step - Int64(off))
    }
}
