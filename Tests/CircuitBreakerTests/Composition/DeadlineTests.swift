import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct DeadlineTests {
    let manual = ManualWaiter()
    var waiter: Waiter { .manual(manual) }

    @Test(arguments: [(10, 5, 5), (5, 10, 5)])
    func aNestedDeadlineOnlyShrinks(outer: Int, inner: Int, expected: Int) async throws {
        let start = manual.time.monotonic
        let waiter = waiter
        let moment = try await Deadline.run(within: .seconds(outer), waiter: waiter) {
            try await Deadline.run(within: .seconds(inner), waiter: waiter) { Deadline.current?.moment }
        }
        #expect(moment == start.advanced(by: .seconds(expected)))
        #expect(Deadline.current == nil)
    }

    @Test func aPassedDeadlineRunsNothing() async {
        await #expect(throws: DeadlineExceeded.self) {
            try await Deadline.run(within: .zero, waiter: waiter) { _ = Issue.record("the operation ran") }
        }
    }

    @Test func anAttemptThatTakesTooLongIsCancelledAwaitedAndOver() async throws {
        let timeout = try Timeout(.seconds(3), waiter: waiter)
        let waiter = waiter
        let call = Task { try await timeout.run { try await waiter.wait(until: .distantFuture) } }
        await manual.untilParked(2)
        manual.advance(by: .seconds(3))
        await #expect(throws: TimeoutError.self) { try await call.value }
        #expect(manual.sleeperCount == 0)
    }

    @Test func theLongestLimitsDoNotTrap() async throws {
        let longest = Duration.nanoseconds(Int64.max - 1)
        manual.advance(by: .seconds(1))
        let bulkhead = try Bulkhead(limit: 1, maxQueued: 1, maxWait: longest, waiter: waiter)
        let pipeline = try ResiliencePipeline(
            deadline: longest, bulkhead: Bulkhead(limit: 1), timeout: Timeout(longest - .nanoseconds(1), waiter: waiter), waiter: waiter)
        let hedge = try Hedge(after: longest, budget: nil, waiter: waiter)
        #expect(try await hedge.run { try await pipeline.run { try await bulkhead.run { 7 } } } == 7)
        #expect(manual.sleeperCount == 0)
    }

    @Test func anOperationThatIgnoresTheCallersCancellationStillAnswers() async throws {
        let (timeout, waiter) = (try Timeout(.seconds(3), waiter: waiter), waiter)
        let call = Task {
            try await timeout.run {
                try? await waiter.wait(until: .distantFuture)
                return 7
            }
        }
        await manual.untilParked(2)
        call.cancel()
        #expect(try await call.value == 7)
        #expect(timeout.snapshot.timeouts == 0)
    }

    @Test func theCallersCancellationIsNotATimeout() async throws {
        let timeout = try Timeout(.seconds(3), waiter: waiter)
        let waiter = waiter
        let call = Task { try await timeout.run { try await waiter.wait(until: .distantFuture) } }
        await manual.untilParked(2)
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(manual.sleeperCount == 0)
    }
}
