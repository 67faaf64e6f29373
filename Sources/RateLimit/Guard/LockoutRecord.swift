import HardeningCore

/// The failed sign-ins of one account or address, or of all that share a cell.
///
/// An attempt counts as failed from the moment it begins; success and cancellation take that back. So however many
/// guesses run in parallel, there are never more than were left, and one that never ends has failed.
struct LockoutRecord: BitwiseCopyable, Sendable {
    /// Attempts that count as failed, those under way included.
    private(set) var count: Int32 = 0
    /// Attempts under way.
    private var pending: Int32 = 0
    /// Tells an attempt whether it counts here or did in a life before.
    let epoch: UInt32
    private(set) var lockedUntil = Int64.min
    /// From this moment on the record is as good as new.
    private(set) var expiry = Int64.min

    init(epoch: UInt32) { self.epoch = epoch }

    /// Nanoseconds the lock lasts; 0 when there is none.
    func wait(now: Int64) -> Int64 { lockedUntil > now ? lockedUntil.subtractingSaturating(now) : 0 }

    /// Counts an attempt that begins.
    ///
    /// - Returns: until when this attempt locks; `.min` when it does not.
    mutating func charge(_ policy: LockoutPolicy, now: Int64, chance: UInt64) -> Int64 {
        count = count < .max ? count + 1 : count
        pending = pending < .max ? pending + 1 : pending
        let lock = policy.lock(at: Int(count), chance: chance)
        let end = lock > 0 ? now.addingSaturating(lock) : .min
        lockedUntil = max(lockedUntil, end)
        expiry = max(expiry, lockedUntil, now.addingSaturating(policy.memory.saturatingNanoseconds))
        return end
    }

    /// The attempt failed, as assumed.
    mutating func confirm() { pending = max(0, pending - 1) }

    /// The attempt says nothing.
    ///
    /// - Parameter lock: the end of the lock that the attempt brought. It goes with it, unless others share the
    ///   record, whose earlier lock it may have hidden.
    mutating func takeBack(_ policy: LockoutPolicy, lock: Int64, isShared: Bool) {
        pending = max(0, pending - 1)
        count = max(0, count - 1)
        unlock(policy, lock, isShared)
    }

    /// The attempt succeeded: what failed before is forgotten, what is under way is not.
    mutating func reset(_ policy: LockoutPolicy, lock: Int64) {
        pending = max(0, pending - 1)
        count = pending
        unlock(policy, lock, false)
    }

    private mutating func unlock(_ policy: LockoutPolicy, _ lock: Int64, _ isShared: Bool) {
        if Int(count) < policy.failures || (!isShared && lock == lockedUntil) { lockedUntil = .min }
        if count == 0 { expiry = .min }
    }
}
