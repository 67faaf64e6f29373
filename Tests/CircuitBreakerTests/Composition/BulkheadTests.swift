import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct BulkheadTests {
    let manual = ManualWaiter()

    /// A call that stays inside until it is cancelled.
    func occupy(_ bulkhead: Bulkhead) async -> Task<Void, any Error> {
        let waiter = Waiter.manual(manual)
        let call = Task { try await bulkhead.run { try await waiter.wait(until: .distantFuture) } }
        await manual.untilParked(1)
        return call
    }

    @Test func aFullBulkheadRefuses() async throws {
        let bulkhead = try Bulkhead(limit: 1, retryHint: .seconds(2))
        try await bulkhead.run {
            #expect(bulkhead.snapshot.inFlight == 1)
            let refusal = await #expect(throws: BulkheadFull.self) { try await bulkhead.run {} }
            #expect(refusal?.code == "BULKHEAD_FULL")
            #expect(refusal?.retryAfter == .seconds(2))
        }
        #expect(bulkhead.snapshot.inFlight == 0)
        #expect(bulkhead.snapshot.rejected == 1)
    }

    @Test func waitersAreServedInTheOrderTheyCame() async throws {
        let bulkhead = try Bulkhead(limit: 1, maxQueued: 20)
        let first = await occupy(bulkhead)
        let order = ConcurrencyTests.Counter()
        var waiting: [Task<Int, any Error>] = []
        for number in 1...20 {
            waiting.append(Task { try await bulkhead.run { order.add(1) } })
            while bulkhead.snapshot.queued < number, !Task.isCancelled { await Task.yield() }
        }
        waiting[4].cancel()  // a hole in the middle
        while bulkhead.snapshot.queued > 19, !Task.isCancelled { await Task.yield() }
        first.cancel()
        var served: [Int] = []
        for (index, call) in waiting.enumerated() where index != 4 { served.append(try await call.value) }
        #expect(served == Array(1...19))
        await #expect(throws: CancellationError.self) { try await waiting[4].value }
    }

    @Test func aWaitEndsAtItsLongest() async throws {
        let bulkhead = try Bulkhead(limit: 1, maxQueued: 2, maxWait: .seconds(5), waiter: .manual(manual))
        let first = await occupy(bulkhead)
        let second = Task { try await bulkhead.run {} }
        while bulkhead.snapshot.queued < 1, !Task.isCancelled { await Task.yield() }
        await manual.untilParked(2)
        manual.advance(by: .nanoseconds(4_999_999_999))
        #expect(manual.sleeperCount == 2)  // the call inside and the timer
        manual.advance(by: .nanoseconds(1))
        #expect(manual.sleeperCount == 1)
        let refusal = await #expect(throws: BulkheadFull.self) { try await second.value }
        #expect(refusal?.code == "BULKHEAD_WAIT_OVER")
        #expect(bulkhead.snapshot.expired == 1)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(bulkhead.snapshot.inFlight == 0)
        #expect(bulkhead.snapshot.queued == 0)
    }

    @Test(arguments: 0..<50) func aPlaceHandedToOneWhoIsCancelledIsNotLost(round: Int) async throws {
        let bulkhead = try Bulkhead(limit: 1, maxQueued: 1)
        let first = await occupy(bulkhead)
        let second = Task { try await bulkhead.run {} }
        while bulkhead.snapshot.queued < 1, !Task.isCancelled { await Task.yield() }
        first.cancel()
        for _ in 0..<round % 10 { await Task.yield() }
        second.cancel()
        _ = await first.result
        _ = await second.result
        #expect(bulkhead.snapshot.inFlight == 0)
    }

    @Test func callsEndedInEveryWayLeaveNoPlaceInUse() async throws {
        for round in 0..<10 {
            let bulkhead = try Bulkhead(limit: 2, maxQueued: 4)
            let running = ConcurrencyTests.Counter()
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        var random = SplitMix64(seed: UInt64(round * 8 + task))
                        for _ in 0..<100 {
                            let ending = random.next() % 4
                            let call = Task {
                                try await bulkhead.run {
                                    #expect(running.add(1) <= 2)
                                    await Task.yield()
                                    running.add(-1)
                                    if ending == 0 { throw Boom() }
                                }
                            }
                            if random.next() % 2 == 0 { await Task.yield() }
                            if ending == 1 { call.cancel() }
                            // A lost place ends in a failed time limit, which cancels, and not in a hang.
                            await withTaskCancellationHandler {
                                _ = await call.result
                            } onCancel: {
                                call.cancel()
                            }
                        }
                    }
                }
            }
            #expect(bulkhead.snapshot.inFlight == 0)
            #expect(bulkhead.snapshot.queued == 0)
        }
    }
}
