import HardeningCore
import RateLimit
import Testing

/// What happens when more accounts fail than there is room for.
@Suite(.timeLimit(.minutes(60))) struct LockoutPressureTests {
    private let time = ManualTime()
    private let capacity = 64

    private func lock(_ lockout: Lockout, _ account: String) {
        for _ in 0..<5 { lockout.attempt(account) }
        #expect(lockout.wait(account: account, address: nil) != nil)
    }

    @Test func aFloodOfInventedAccountsNeitherFreesALockedOneNorTakesMemory() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour, capacity: capacity)
        lock(lockout, "victim")
        let before = lockout.snapshot
        for guess in 0..<capacity * 40 {
            lockout.attempt("invented\(guess)")
            if guess % 64 == 0 {
                #expect(lockout.attempt("victim") != nil)
                time.advance(by: .seconds(1))
            }
        }
        let after = lockout.snapshot
        #expect(lockout.attempt("victim") != nil)
        #expect(after.bytes == before.bytes)
        #expect(after.accounts <= 2 * capacity)
        #expect(after.shared > 0)
    }

    @Test func anAccountThatFoundNoRoomIsLockedAllTheSame() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour, capacity: 1)
        for guess in 0..<20 { lockout.attempt("early\(guess)") }
        var allowed = 0
        for _ in 0..<20 where lockout.attempt("late") == nil { allowed += 1 }
        #expect(allowed <= 5)
        let held = lockout.snapshot.accounts
        for guess in 0..<200 {
            lockout.attempt("more\(guess)")
            #expect(lockout.attempt("late") != nil)
        }
        #expect(lockout.snapshot.accounts == held)
    }

    /// When its neighbours are forgotten there is room, and yet it must not start afresh.
    @Test func leavingTheSharedCellsForgetsNothing() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour, capacity: 1)
        for guess in 0..<8 { lockout.attempt("early\(guess)") }
        time.advance(by: .seconds(1800))
        for _ in 0..<4 { lockout.attempt("late") }
        time.advance(by: .seconds(1801))
        var allowed = 0
        for _ in 0..<20 where lockout.attempt("late") == nil { allowed += 1 }
        #expect(allowed <= 1)
        #expect(lockout.attempt("newcomer") == nil)
    }

    @Test func successUnderPressureTakesBackItsOwnAttempt() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour, capacity: 1)
        for guess in 0..<8 { lockout.attempt("early\(guess)") }
        for _ in 0..<100 { #expect(lockout.attempt("late", nil, .succeeded) == nil) }
        for _ in 0..<100 { #expect(lockout.attempt("late", nil, .cancelled) == nil) }
    }

    /// The whole against a model that keeps every failure: nobody may try where the model forbids.
    @Test(arguments: 0..<6, [true, false]) func itNeverAllowsWhatExactCountingForbids(seed: UInt64, isEscalating: Bool) throws {
        let policy =
            isEscalating
            ? try LockoutPolicy(failures: 3, firstLock: .seconds(300), longestLock: .seconds(3600), jitter: 0, memory: .seconds(7200))
            : .fiveFailuresLockAnHour
        let lockout = Lockout.manual(time, policy, capacity: 8)
        var state = (seed + 1) &* 0x9e37_79b9_7f4a_7c15 | 1
        func random(_ bound: UInt64) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % bound)
        }
        var model: [Int: (count: Int, last: Duration, lockedUntil: Duration)] = [:]
        var now = Duration.zero
        var (allowed, refused) = (0, 0)
        for _ in 0..<4000 {
            let step = Duration.seconds(random(240))
            time.advance(by: step)
            now += step
            let account = random(40)
            if let known = model[account], now - known.last >= policy.memory { model[account] = nil }
            let isForbidden = model[account].map { $0.lockedUntil > now } == true
            let end: AttemptEnd = [.failed, .failed, .failed, .dropped, .succeeded, .cancelled][random(6)]
            guard lockout.attempt("account\(account)", nil, end) == nil else {
                refused += 1
                continue
            }
            allowed += 1
            #expect(!isForbidden)
            switch end {
            case .failed, .dropped:
                let count = (model[account]?.count ?? 0) + 1
                let lock = min(policy.longestLock, policy.firstLock * (1 << max(0, count - policy.failures)))
                model[account] = (count, now, count < policy.failures ? .zero : now + lock)
            case .succeeded: model[account] = nil
            case .cancelled: break
            }
        }
        #expect(allowed > 300 && refused > 0)
    }
}
