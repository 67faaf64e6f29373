import CircuitBreaker
import HardeningCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(60))) struct ConcurrencyTests {
    final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }

        /// - Returns: the count after.
        @discardableResult
        func add(_ number: Int) -> Int { count.wrappingAdd(number, ordering: .relaxed).newValue }
    }

    /// Lets a known number of tasks go at once.
    actor Gate {
        private let size: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(size: Int) {
            self.size = size
        }

        func wait() async {
            if waiting.count == size - 1 {
                for continuation in waiting { continuation.resume() }
                waiting = []
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    @Test func tenRacingFailuresMakeOneTransition() async throws {
        for _ in 0..<50 {
            let test = BreakerUnderTest()
            let gate = Gate(size: 10)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try? await test.breaker.run {
                            await gate.wait()
                            throw Boom()
                        }
                    }
                }
            }
            #expect(test.transitions() == ["CLOSED>OPEN"])
            let snapshot = test.breaker.snapshot
            #expect(snapshot.generation == 1)
            #expect(snapshot.totals.failures == 3)
            #expect(snapshot.totals.late == 7)
            #expect(snapshot.retryAfter == .seconds(30))
        }
    }

    @Test(arguments: [1, 3])
    func racingCallersAtTheDeadlineGetExactlyTheProbesThereAre(maxProbes: Int) async throws {
        for _ in 0..<50 {
            let test = try BreakerUnderTest(recovery: .init(maxProbes: maxProbes, successThreshold: maxProbes))
            try test.fail()
            test.time.advance(by: .seconds(30))
            let admitted = Counter()
            let gate = Gate(size: 8)
            let decided = Gate(size: 8)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        await gate.wait()
                        guard let permit = try? test.breaker.acquire() else { return await decided.wait() }
                        admitted.add(1)
                        await decided.wait()
                        permit.succeed()
                    }
                }
            }
            #expect(admitted.value == maxProbes)
            #expect(test.transitions() == ["CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED"])
        }
    }

    @Test func throwingCancelledAndDroppedCallsLeaveNoPermitInUse() async throws {
        for round in 0..<10 {
            let test = try BreakerUnderTest(
                failures: 2, recovery: .init(maxProbes: 2, successThreshold: 3, probeLease: .seconds(1_000_000))
            )
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask { await Self.callAtRandom(test, seed: UInt64(round * 8 + task)) }
                }
            }
            #expect(test.breaker.snapshot.probesInFlight == 0)
            #expect(test.breaker.snapshot.totals.lostProbes == 0)

            test.time.advance(by: .seconds(30))
            for _ in 0..<3 { try await test.breaker.run {} }
            #expect(test.breaker.state == .closed)
            let events = test.events.drain()
            #expect(test.events.droppedCount == 0)
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.to == $1.from && $0.generation < $1.generation })
            #expect(!events.contains { $0.from == .closed && $0.to == .halfOpen })
            #expect(UInt64(events.count) == test.breaker.snapshot.generation)
        }
    }

    /// Ends 150 calls in every way a call can end.
    private static func callAtRandom(_ test: BreakerUnderTest, seed: UInt64) async {
        var random = SplitMix64(seed: seed)
        for _ in 0..<150 {
            let ending = random.next() % 8
            if random.next() % 16 == 0 { test.time.advance(by: .seconds(15)) }
            if random.next() % 2 == 0 {
                let call = Task {
                    try await test.breaker.run {
                        await Task.yield()
                        switch ending {
                        case 0, 1: throw Boom()
                        case 2: throw CancellationError()
                        case 3:
                            withUnsafeCurrentTask { $0?.cancel() }
                            try Task.checkCancellation()
                        default: break
                        }
                    }
                }
                if ending == 4 { call.cancel() }
                _ = try? await call.value
            } else if let permit = try? test.breaker.acquire() {
                #expect(test.breaker.snapshot.probesInFlight <= 2)
                await Task.yield()
                switch ending {
                case 0, 1: permit.fail()
                case 2: permit.cancel()
                case 3: permit.ignore()
                case 4: break  // dropped
                default: permit.succeed()
                }
            }
        }
    }

    @Test func operatorsReadersAndCallersMayRace() async throws {
        let test = try BreakerUnderTest(failures: 2)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<200 {
                        switch (task, step % 4) {
                        case (0, 0): test.breaker.reset()
                        case (1, 0): test.breaker.isolate(reason: "test", for: .seconds(1))
                        case (1, 2): test.breaker.release()
                        case (2, _): test.time.advance(by: .seconds(7))
                        case (3, _):
                            let snapshot = test.breaker.snapshot
                            #expect(snapshot.probesInFlight <= 1)
                            #expect((snapshot.retryAfter ?? .zero) <= .seconds(60))
                        default: try? await test.breaker.run { if step % 3 != 0 { throw Boom() } }
                        }
                    }
                }
            }
        }
        test.breaker.reset()
        try await test.breaker.run {}
        #expect(test.breaker.state == .closed)
        let events = test.events.drain()
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.to == $1.from && $0.generation < $1.generation })
    }
}
