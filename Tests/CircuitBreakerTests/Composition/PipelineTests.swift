import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct PipelineTests {
    let manual = ManualWaiter()
    var waiter: Waiter { .manual(manual) }

    func retry(attempts: Int = 3) throws -> Retry {
        try Retry(maxAttempts: attempts, backoff: Backoff(base: .seconds(1)), budget: nil, waiter: waiter, random: { 0 })
    }

    @Test func withoutLayersItIsADirectCall() async throws {
        let pipeline = try ResiliencePipeline()
        #expect(try await pipeline.run { 7 } == 7)
        await #expect(throws: Boom.self) { try await pipeline.run { throw Boom() } }
        let isCancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await pipeline.run { Task.isCancelled }
        }
        #expect(try await isCancelled.value)
    }

    @Test func theFallbackIsOutsideTheDeadline() async throws {
        let (pipeline, waiter) = (try ResiliencePipeline(deadline: .seconds(5), waiter: waiter), waiter)
        let fallback = Fallback<Int>(on: { $0 is DeadlineExceeded }) { _ in Deadline.current == nil ? 7 : 0 }
        let call = Task {
            try await pipeline.run(fallback: fallback) {
                try await waiter.wait(until: .distantFuture)
                return 1
            }
        }
        await manual.untilParked(2)
        manual.advance(by: .seconds(5))
        #expect(try await call.value == 7)
    }

    @Test func theDeadlineIsOutsideRetry() async throws {
        let pipeline = try ResiliencePipeline(deadline: .seconds(5), retry: retry(attempts: 100), waiter: waiter)
        let (waiter, calls) = (waiter, ConcurrencyTests.Counter())
        let call = Task {
            try await pipeline.run {
                calls.add(1)
                try await waiter.wait(until: waiter.time.monotonic.advanced(by: .seconds(2)))
                throw Boom()
            }
        }
        for seconds in [2, 2, 1] {
            await manual.untilParked(2)
            manual.advance(by: .seconds(seconds))
        }
        await #expect(throws: DeadlineExceeded.self) { try await call.value }
        #expect(calls.value == 3)
    }

    @Test func retryIsOutsideTheBreaker() async throws {
        let test = try BreakerUnderTest(failures: 2)
        let pipeline = try ResiliencePipeline(retry: retry(), breaker: test.breaker, waiter: waiter)
        let calls = ConcurrencyTests.Counter()
        await #expect(throws: Breaker.Rejection.self) {
            try await pipeline.run {
                calls.add(1)
                throw Boom()
            }
        }
        #expect(calls.value == 2)  // the third attempt met an open breaker
    }

    @Test func theBreakerIsOutsideTheBulkhead() async throws {
        let test = try BreakerUnderTest(failures: 1)
        let bulkhead = try Bulkhead(limit: 1)
        let pipeline = try ResiliencePipeline(breaker: test.breaker, bulkhead: bulkhead)
        try await bulkhead.run {
            await #expect(throws: BulkheadFull.self) { try await pipeline.run {} }
            #expect(test.breaker.state == .closed)
            try test.fail()
            await #expect(throws: Breaker.Rejection.self) { try await pipeline.run {} }
        }
        #expect(bulkhead.snapshot.rejected == 1)
    }

    @Test func theBulkheadIsOutsideTheTimeout() async throws {
        let bulkhead = try Bulkhead(limit: 1, maxQueued: 1)
        let pipeline = try ResiliencePipeline(bulkhead: bulkhead, timeout: Timeout(.seconds(1), waiter: waiter), waiter: waiter)
        let waiter = waiter
        let first = Task { try await bulkhead.run { try await waiter.wait(until: .distantFuture) } }
        await manual.untilParked(1)
        let second = Task { try await pipeline.run { 7 } }
        while bulkhead.snapshot.queued < 1, !Task.isCancelled { await Task.yield() }
        manual.advance(by: .seconds(100))  // in the queue, where no attempt runs
        first.cancel()
        #expect(try await second.value == 7)
    }

    @Test func nestedPipelinesOnlyShrinkTheDeadline() async throws {
        let start = manual.time.monotonic
        for (outer, inner, expected) in [(10, 5, 5), (5, 10, 5)] {
            let outside = try ResiliencePipeline(deadline: .seconds(outer), waiter: waiter)
            let inside = try ResiliencePipeline(deadline: .seconds(inner), waiter: waiter)
            let moment = try await outside.run { try await inside.run { Deadline.current?.moment } }
            #expect(moment == start.advanced(by: .seconds(expected)))
        }
    }

    @Test func layersThatDoNotFitAreRefused() throws {
        func code(_ make: () throws(CompositionError) -> ResiliencePipeline) -> CompositionError.Code? {
            do { _ = try make() } catch { return error.code }
            return nil
        }
        let (timeout, retry) = (try Timeout(.seconds(5), waiter: waiter), try retry())
        let bulkhead = try Bulkhead(limit: 1, maxQueued: 1, maxWait: .seconds(5), waiter: waiter)
        for deadline in [Duration.zero, .seconds(-1), .seconds(Int64.max)] {
            #expect(code { () throws(CompositionError) in try ResiliencePipeline(deadline: deadline) } == .pipelineDeadline)
        }
        let five = Duration.seconds(5)
        #expect(
            code { () throws(CompositionError) in try ResiliencePipeline(deadline: five, timeout: timeout, waiter: waiter) }
                == .pipelineTimeout)
        #expect(
            code { () throws(CompositionError) in try ResiliencePipeline(deadline: five, bulkhead: bulkhead, waiter: waiter) }
                == .pipelineQueue)
        #expect(code { () throws(CompositionError) in try ResiliencePipeline(retry: retry) } == .pipelineClock)
        #expect(code { () throws(CompositionError) in try ResiliencePipeline(timeout: timeout) } == .pipelineClock)
        #expect(code { () throws(CompositionError) in try ResiliencePipeline(bulkhead: bulkhead) } == .pipelineClock)
        #expect(code { () throws(CompositionError) in try ResiliencePipeline(retry: retry, timeout: timeout, waiter: waiter) } == nil)
    }

    @Test(arguments: 0..<5) func callsEndedInEveryWayLeaveNothingInUse(round: Int) async throws {
        let breaker = Breaker("claude", .preset(failures: 3, openFor: .nanoseconds(1)))
        let bulkhead = try Bulkhead(limit: 3, maxQueued: 4)
        let timeout = try Timeout(.seconds(1), waiter: waiter)
        let pipeline = try ResiliencePipeline(
            deadline: .seconds(10), retry: retry(attempts: 2), breaker: breaker, bulkhead: bulkhead, timeout: timeout, waiter: waiter)
        let (waiter, manual) = (waiter, manual)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(round * 8 + task))
                    for _ in 0..<40 {
                        let ending = random.next() % 5
                        if ending == 4 {
                            _ = try? breaker.acquire()  // dropped
                            continue
                        }
                        let call = Task {
                            try await pipeline.run {
                                await Task.yield()
                                if ending == 0 { throw Boom() }
                                if ending == 1 { try await waiter.wait(until: .distantFuture) }
                            }
                        }
                        let clock = Task {
                            while ending == 1, !Task.isCancelled {
                                manual.advance(by: .milliseconds(300))
                                await Task.yield()
                            }
                        }
                        if ending == 2 { call.cancel() }
                        await withTaskCancellationHandler {
                            _ = await call.result
                        } onCancel: {
                            call.cancel()
                        }
                        clock.cancel()
                    }
                }
            }
        }
        #expect(timeout.snapshot.calls > 0)
        #expect(bulkhead.snapshot.inFlight == 0)
        #expect(bulkhead.snapshot.queued == 0)
        #expect(breaker.snapshot.probesInFlight == 0)
        #expect(manual.sleeperCount == 0)
    }
}
