import CircuitBreaker
import Foundation
import HardeningCore
import Testing

@Suite struct SavedStateTests {
    /// The state as it comes back from a file, and a breaker of the next process.
    private func restart(_ test: BreakerUnderTest, after seconds: Int) throws -> (BreakerUnderTest, Breaker.SavedState) {
        let state = try #require(test.breaker.savedState)
        let stored = try JSONDecoder().decode(Breaker.SavedState.self, from: JSONEncoder().encode(state))
        #expect(stored == state)
        let next = BreakerUnderTest()
        next.time.advance(by: .seconds(seconds))
        return (next, stored)
    }

    @Test(arguments: [(0, 30), (10, 20), (29, 1), (30, 0), (60, 0)])
    func theOpenTimeGoesOnWhileTheProcessIsDown(seconds: Int, left: Int) throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        let (next, state) = try restart(test, after: seconds)
        #expect(next.breaker.restore(state, maxAge: .seconds(60)))
        #expect(next.refusal()?.retryAfter == (left == 0 ? nil : .seconds(left)))
        #expect(next.breaker.state == (left == 0 ? .halfOpen : .open))
    }

    @Test func aStateThatIsTooOldSaysNothing() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        let (next, state) = try restart(test, after: 61)
        #expect(!next.breaker.restore(state, maxAge: .seconds(60)))
        #expect(next.breaker.state == .closed)
        #expect(next.transitions() == [])
    }

    @Test func closedBreakersHaveNothingToSave() throws {
        let test = BreakerUnderTest()
        try test.fail(2)
        #expect(test.breaker.savedState == nil)
    }

    @Test func anIsolationIsRemembered() throws {
        let test = BreakerUnderTest()
        test.breaker.isolate(reason: "maintenance", for: .seconds(100))
        let (next, state) = try restart(test, after: 40)
        #expect(next.breaker.restore(state, maxAge: .seconds(60)))
        #expect(next.refusal()?.retryAfter == .seconds(60))
    }
}
