import HardeningCore
import RateLimit
import Testing

@Suite(.timeLimit(.minutes(60))) struct LockoutTests {
    private let time = ManualTime()
    private let address = IPAddress(v4: 0xc000_0201)

    @Test func fiveFailuresLockForExactlyAnHour() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<5 { #expect(lockout.attempt("ana") == nil) }
        #expect(lockout.attempt("ana") == .seconds(3600))
        time.advance(by: .seconds(3600) - .nanoseconds(1))
        #expect(lockout.attempt("ana") == .nanoseconds(1))
        time.advance(by: .nanoseconds(1))
        for _ in 0..<5 { #expect(lockout.attempt("ana") == nil) }
        #expect(lockout.attempt("ana") == .seconds(3600))
        #expect(lockout.attempt("ben") == nil)
    }

    @Test func attemptsWhileLockedDoNotExtendTheLock() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<5 { lockout.attempt("ana", address) }
        for minute in 0..<59 {
            #expect(lockout.attempt("ana", address) == .seconds(3600 - minute * 60))
            #expect(lockout.attempt("ana", nil) == .seconds(3600 - minute * 60))
            time.advance(by: .seconds(60))
        }
        time.advance(by: .seconds(60))
        #expect(lockout.attempt("ana", address) == nil)
    }

    @Test func ofAHundredParallelGuessesExactlyFiveMayTry() async {
        let lockout = Lockout(accounts: .fiveFailuresLockAnHour, capacity: 64)
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    switch lockout.begin(account: "ana", address: nil) {
                    case .locked: return false
                    case .allowed(let attempt):
                        await Task.yield()  // as if the password were being hashed
                        attempt.failed()
                        return true
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed == 5)
    }

    @Test(arguments: [AttemptEnd.failed, .dropped]) func aDroppedAttemptHasFailed(end: AttemptEnd) {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<5 { #expect(lockout.attempt("ana", nil, end) == nil) }
        #expect(lockout.attempt("ana", nil, end) == .seconds(3600))
    }

    @Test func aCancelledTaskPaysForItsGuess() async {
        let lockout = Lockout(accounts: .fiveFailuresLockAnHour, capacity: 64)
        for _ in 0..<5 {
            let guess = Task {
                guard case .allowed(let attempt) = lockout.begin(account: "ana", address: nil) else { return }
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
                attempt.cancelled()
            }
            _ = await guess.result
        }
        #expect(lockout.wait(account: "ana", address: nil) != nil)
    }

    @Test func cancelledAttemptsCountForNothing() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<4 { lockout.attempt("ana", address) }
        for _ in 0..<100 { #expect(lockout.attempt("ana", address, .cancelled) == nil) }
        #expect(lockout.attempt("ana", address) == nil)
        #expect(lockout.attempt("ana", address, .cancelled) == .seconds(3600))
    }

    @Test func successForgetsForTheAccountAndNotForTheAddress() throws {
        let patient = try LockoutPolicy(
            failures: 1000, firstLock: .seconds(1), longestLock: .seconds(1), jitter: 0, memory: .seconds(3600))
        let byAccount = Lockout.manual(time, .fiveFailuresLockAnHour, addresses: patient)
        for _ in 0..<4 { byAccount.attempt("ana", address) }
        byAccount.attempt("ana", address, .succeeded)
        for _ in 0..<5 { #expect(byAccount.attempt("ana", address) == nil) }
        #expect(byAccount.attempt("ana", address) != nil)

        let byAddress = Lockout.manual(time, patient, addresses: .fiveFailuresLockAnHour)
        for guess in 0..<5 {
            #expect(byAddress.attempt("victim\(guess)", address) == nil)
            #expect(byAddress.attempt("own", guess == 4 ? nil : address, .succeeded) == nil)
        }
        #expect(byAddress.attempt("own", address, .succeeded) == .seconds(3600))
    }

    @Test func theFifthAttemptMaySucceedAndLeavesNoLock() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<4 { lockout.attempt("ana", address) }
        #expect(lockout.attempt("ana", address, .succeeded) == nil)
        #expect(lockout.wait(account: "ana", address: nil) == nil)
        #expect(lockout.wait(account: "other", address: address) == nil)
    }

    @Test(arguments: [AttemptEnd.succeeded, .cancelled]) func anAttemptThatDidNotFailTakesItsOwnLockWithIt(end: AttemptEnd) {
        let lockout = Lockout.manual(time, .escalating)
        for guess in 0..<8 {
            lockout.attempt("account\(guess)", address)
            time.advance(by: lockout.wait(account: "ana", address: address) ?? .zero)
        }
        #expect(lockout.attempt("ana", address, end) == nil)
        #expect(lockout.wait(account: "ana", address: address) == nil)
        lockout.attempt("ana", address)
        #expect(lockout.wait(account: "ana", address: address).map { $0 > .seconds(5) } == true)
    }

    @Test func successDoesNotForgetGuessesThatAreStillUnderWay() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        guard case .allowed(let first) = lockout.begin(account: "ana", address: nil),
            case .allowed(let second) = lockout.begin(account: "ana", address: nil)
        else {
            Issue.record("two of five are allowed")
            return
        }
        lockout.attempt("ana", nil, .succeeded)
        first.failed()
        second.failed()
        for _ in 0..<3 { #expect(lockout.attempt("ana") == nil) }
        #expect(lockout.attempt("ana") != nil)
    }

    @Test func aLockedAddressIsNotChargedToTheAccountNorTheOtherWayRound() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for guess in 0..<5 { lockout.attempt("account\(guess)", address) }
        for _ in 0..<50 { #expect(lockout.attempt("ana", address) != nil) }
        #expect(lockout.snapshot.accounts == 5)
        for _ in 0..<5 { #expect(lockout.attempt("ana", nil) == nil) }
        for _ in 0..<50 { #expect(lockout.attempt("ana", IPAddress(v4: 7)) != nil) }
        for guess in 0..<5 { #expect(lockout.attempt("fresh\(guess)", IPAddress(v4: 7)) == nil) }
    }

    @Test func anIPv6CustomerIsOneAddressHoweverManyTheyUse() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        let base: UInt128 = 0x2001_0db8_0000_0001 << 64
        for host in 0..<5 { #expect(lockout.attempt("account\(host)", IPAddress(v6: base | UInt128(host))) == nil) }
        #expect(lockout.attempt("ana", IPAddress(v6: base | 99)) != nil)
        #expect(lockout.attempt("ana", IPAddress(v6: base + (1 << 64))) == nil)
    }

    @Test func anOperatorLiftsALock() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<5 { lockout.attempt("ana", address) }
        #expect(lockout.lift(account: "ana"))
        #expect(lockout.attempt("ana", nil) == nil)
        #expect(lockout.attempt("ben", address) != nil)
        #expect(lockout.lift(address: address))
        #expect(lockout.attempt("ben", address) == nil)
        #expect(!lockout.lift(account: "nobody"))
    }

    @Test func aLockIsReportedOnceWhenItFalls() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        let events = lockout.events.subscribe()
        for _ in 0..<4 { lockout.attempt("ana") }
        lockout.attempt("ana", nil, .cancelled)
        #expect(events.drain().isEmpty)
        for _ in 0..<10 { lockout.attempt("ana") }
        #expect(events.drain().map(\.kind) == [.locked])
    }

    @Test func aClockThatStepsBackFreesNobody() {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<5 { lockout.attempt("ana") }
        time.stepMonotonicClock(by: .seconds(-600))
        #expect(lockout.attempt("ana") != nil)
        time.stepWallClock(by: .seconds(86_400 * 3650))
        #expect(lockout.attempt("ana") != nil)
    }

    @Test(arguments: ["", "\0", "a\0b", String(repeating: "a", count: 1 << 20), "\u{202E}حساب", "🧨"])
    func anyTextIsAnAccount(account: String) {
        let lockout = Lockout.manual(time, .fiveFailuresLockAnHour)
        for _ in 0..<5 { #expect(lockout.attempt(account) == nil) }
        #expect(lockout.attempt(account) != nil)
        #expect(lockout.attempt("a") == nil)
    }
}
