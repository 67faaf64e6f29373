import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct WaiterTests {
    let manual = ManualWaiter()

    @Test func aSleeperWakesAtItsMomentAndNotBefore() async throws {
        let waiter = Waiter.manual(manual)
        let moment = manual.time.monotonic.advanced(by: .seconds(5))
        let sleeper = Task { try await waiter.wait(until: moment) }
        await manual.untilParked(1)
        manual.advance(by: .nanoseconds(4_999_999_999))
        #expect(manual.sleeperCount == 1)
        manual.advance(by: .nanoseconds(1))
        #expect(manual.sleeperCount == 0)
        try await sleeper.value
    }

    @Test func cancellationEndsTheWaitAtOnce() async {
        let waiter = Waiter.manual(manual)
        let sleeper = Task { try await waiter.wait(until: .distantFuture) }
        await manual.untilParked(1)
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(manual.sleeperCount == 0)
    }

    @Test func aPassedMomentDoesNotWait() async throws {
        try await Waiter.manual(manual).wait(until: manual.time.monotonic)
        try await Waiter.system.wait(until: .distantPast)
    }

    @Test func theSystemWaitOfCenturiesCanBeCancelled() async {
        let sleeper = Task { try await Waiter.system.wait(until: .distantFuture) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
