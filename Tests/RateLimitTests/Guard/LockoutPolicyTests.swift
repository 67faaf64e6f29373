import HardeningCore
import RateLimit
import Testing

@Suite struct LockoutPolicyTests {
    private let time = ManualTime()

    /// Fails as soon as allowed, and tells the locks.
    private func locks(_ lockout: Lockout, count: Int) -> [Duration] {
        var locks: [Duration] = []
        while locks.count < count {
            lockout.attempt("ana")
            if let lock = lockout.wait(account: "ana", address: nil) {
                locks.append(lock)
                time.advance(by: lock)
            }
        }
        return locks
    }

    @Test func withoutJitterLocksDoubleUpToTheCap() throws {
        let policy = try LockoutPolicy(
            failures: 5, firstLock: .seconds(1), longestLock: .seconds(900), jitter: 0, memory: .seconds(86_400))
        let lockout = Lockout.manual(time, policy)
        #expect(locks(lockout, count: 13) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900].map { .seconds($0) })
    }

    @Test func jitterTakesOffUpToAQuarterAndDiffersBetweenLocks() {
        let lockout = Lockout.manual(time, .escalating)
        let locks = locks(lockout, count: 60)
        for (index, lock) in locks.enumerated() {
            let step = Duration.seconds(min(900, 1 << min(index, 20)))
            #expect(lock <= step && lock >= step * 3 / 4)
        }
        let capped = locks.dropFirst(10)
        #expect(Set(capped).count > 40)
        #expect(capped.contains { $0 < .seconds(750) } && capped.contains { $0 > .seconds(825) })
    }

    @Test func failuresAreForgottenAfterTheirMemoryAndNoEarlier() {
        let lockout = Lockout.manual(time, .escalating)
        for _ in 0..<4 { lockout.attempt("ana") }
        time.advance(by: .seconds(86_400) - .nanoseconds(1))
        lockout.attempt("ana")
        #expect(lockout.wait(account: "ana", address: nil) != nil)
        time.advance(by: .seconds(86_400))
        for _ in 0..<4 { lockout.attempt("ana") }
        #expect(lockout.wait(account: "ana", address: nil) == nil)
    }

    @Test func successEndsTheEscalation() {
        let lockout = Lockout.manual(time, .escalating)
        _ = locks(lockout, count: 8)
        #expect(lockout.attempt("ana", nil, .succeeded) == nil)
        for _ in 0..<4 { #expect(lockout.attempt("ana") == nil) }
        lockout.attempt("ana")
        #expect(lockout.wait(account: "ana", address: nil).map { $0 <= .seconds(1) } == true)
    }

    @Test(arguments: [
        (0, 1, 1, 0, 1, AbuseRuleError.Code.threshold), (-5, 1, 1, 0, 1, .threshold), (.max, 1, 1, 0, 1, .threshold),
        (5, 0, 1, 0, 1, .duration), (5, -1, 1, 0, 1, .duration), (5, 2, 1, 0, 5, .duration), (5, 1, 10, 0, 5, .duration),
        (5, 1, 1, 91, 1, .threshold), (5, 1, 1, -1, 1, .threshold), (5, 1, 400 * 86_400, 0, 400 * 86_400, .duration),
    ])
    func nonsenseIsRefused(failures: Int, first: Int, longest: Int, jitter: Int, memory: Int, code: AbuseRuleError.Code) {
        let thrown = abuseRuleCode {
            _ = try LockoutPolicy(
                failures: failures, firstLock: .seconds(first), longestLock: .seconds(longest), jitter: jitter, memory: .seconds(memory))
        }
        #expect(thrown == code)
    }
}
