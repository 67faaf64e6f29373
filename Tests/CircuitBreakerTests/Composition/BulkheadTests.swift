import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct BulkheadTests {
    @Test func aFullBulkheadRefuses() async throws {
        let bulkhead = try Bulkhead(limit: 1)
        try await bulkhead.run {
            #expect(bulkhead.snapshot.inFlight == 1)
            await #expect(throws: BulkheadFull.self) { try await bulkhead.run {} }
        }
        #expect(bulkhead.snapshot.inFlight == 0)
        #expect(bulkhead.snapshot.rejected == 1)
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
                            _ = try? await call.value
                        }
                    }
                }
            }
            #expect(bulkhead.snapshot.inFlight == 0)
            #expect(bulkhead.snapshot.queued == 0)
        }
    }
}
