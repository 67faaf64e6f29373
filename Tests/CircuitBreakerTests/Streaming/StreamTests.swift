import CircuitBreaker
import HardeningCore
import Testing

/// Every way a stream can end, and what it says about the dependency.
@Suite(.timeLimit(.minutes(60))) struct StreamTests {
    typealias Source = AsyncThrowingStream<Int, any Error>

    /// Two failures would open it, so one is visible as a count.
    private func breaker(hangThreshold: Duration? = nil) throws -> BreakerUnderTest {
        try BreakerUnderTest(failures: 2, hangThreshold: hangThreshold)
    }

    private func source(_ elements: [Int], throwing error: (any Error)? = nil) -> Source {
        let (stream, continuation) = Source.makeStream()
        for element in elements { continuation.yield(element) }
        continuation.finish(throwing: error)
        return stream
    }

    /// Every probe must be handed back, so a half-open breaker shows whether a stream settled.
    private func halfOpen(_ test: BreakerUnderTest) throws {
        try test.fail(2)
        test.time.advance(by: .seconds(30))
    }

    @Test func thePermitIsHeldToTheEnd() async throws {
        let test = try breaker()
        try halfOpen(test)
        let stream = try await test.breaker.run(streaming: .init()) { source([1, 2]) }
        var iterator = stream.makeAsyncIterator()
        #expect(try await iterator.next() == 1)
        #expect(test.breaker.snapshot.probesInFlight == 1)
        #expect(try await iterator.next() == 2)
        #expect(test.breaker.state == .halfOpen)
        #expect(try await iterator.next() == nil)
        #expect(test.breaker.state == .closed)
        #expect(try await iterator.next() == nil)
        #expect(test.breaker.snapshot.totals.late == 0)
    }

    @Test func aStreamThatThrowsIsAFailureEvenAfterElements() async throws {
        let test = try breaker()
        let stream = try await test.breaker.run(streaming: .init()) { source([1], throwing: Boom()) }
        await #expect(throws: Boom.self) { for try await _ in stream {} }
        #expect(test.breaker.snapshot.failures == 1)
        #expect(test.breaker.snapshot.totals.failures == 1)
    }

    @Test func openingThatThrowsIsAFailure() async throws {
        let test = try breaker()
        await #expect(throws: Boom.self) {
            _ = try await test.breaker.run(streaming: .init()) { () throws -> Source in throw Boom() }
        }
        #expect(test.breaker.snapshot.failures == 1)
    }

    @Test func anErrorInsideTheStreamIsAFailureAndIsPassedOn() async throws {
        let test = try breaker()
        let policy = Breaker.StreamPolicy<Int> { $0 < 0 ? .failure(.overloaded, retryAfter: .seconds(90)) : nil }
        let stream = try await test.breaker.run(streaming: policy) { source([1, -1, 2]) }
        var seen: [Int] = []
        for try await element in stream { seen.append(element) }
        #expect(seen == [1, -1, 2])
        #expect(test.breaker.snapshot.lastFailure == .init(.overloaded, retryAfter: .seconds(90)))
        #expect(test.breaker.snapshot.totals.failures == 1)
    }

    @Test(arguments: [(Breaker.Outcome.success, 0), (.failure(.emptyStream), 2)])
    func anEmptyStreamIsWhatThePolicySays(outcome: Breaker.Outcome, failures: Int) async throws {
        let test = try breaker()
        try test.fail()
        let stream = try await test.breaker.run(streaming: .init(emptyStream: outcome)) { source([]) }
        for try await _ in stream {}
        #expect(test.breaker.snapshot.failures == failures)
    }

    @Test func stoppingEarlyAfterAnElementIsASuccess() async throws {
        let test = try breaker()
        try test.fail()
        let stream = try await test.breaker.run(streaming: .init()) { source([1, 2, 3]) }
        for try await _ in stream { break }
        #expect(test.breaker.snapshot.failures == 0)
        _ = stream
    }

    @Test func droppingTheStreamUnreadIsNeutral() async throws {
        let test = try breaker(hangThreshold: .seconds(5))
        try halfOpen(test)
        do {
            let stream = try await test.breaker.run(streaming: .init()) { source([1]) }
            test.time.advance(by: .seconds(6))
            #expect(test.breaker.snapshot.probesInFlight == 1)
            _ = stream
        }
        #expect(test.breaker.snapshot.probesInFlight == 0)
        #expect(test.breaker.state == .halfOpen)
        #expect(test.breaker.snapshot.totals.failures == 2)
    }

    @Test(arguments: [(4, 0), (6, 1)])
    func aConsumerCancelledBeforeTheFirstElementIsNeutralUnlessItHung(seconds: Int, failures: Int) async throws {
        let test = try breaker(hangThreshold: .seconds(5))
        let (source, continuation) = Source.makeStream()
        let (opened, signal) = AsyncStream<Void>.makeStream()
        let consumer = Task {
            let stream = try await test.breaker.run(streaming: .init()) { source }
            signal.yield()
            for try await _ in stream {}
        }
        for await _ in opened { break }
        test.time.advance(by: .seconds(seconds))
        consumer.cancel()
        await #expect(throws: CancellationError.self) { try await consumer.value }
        #expect(test.breaker.snapshot.failures == failures)
        continuation.finish()
    }

    @Test func aConsumerCancelledAfterAnElementIsASuccess() async throws {
        let test = try breaker()
        try test.fail()
        let (source, continuation) = Source.makeStream()
        let (received, signal) = AsyncStream<Void>.makeStream()
        continuation.yield(1)
        let consumer = Task {
            for try await _ in try await test.breaker.run(streaming: .init(), { source }) { signal.yield() }
        }
        for await _ in received { break }
        consumer.cancel()
        await #expect(throws: CancellationError.self) { try await consumer.value }
        #expect(test.breaker.snapshot.failures == 0)
    }

    @Test func aRefusalOpensNothing() async throws {
        let test = try breaker()
        try test.fail(2)
        await #expect(throws: Breaker.Rejection.self) {
            _ = try await test.breaker.run(streaming: .init()) { () -> Source in
                Issue.record("the stream was opened")
                return source([])
            }
        }
    }

    @Test func nothingIsReadAhead() async throws {
        let test = try breaker()
        let reads = ConcurrencyTests.Counter()
        let source = Source { reads.add(1) < 10 ? reads.value : nil }
        let stream = try await test.breaker.run(streaming: .init()) { source }
        var iterator = stream.makeAsyncIterator()
        #expect(reads.value == 0)
        _ = try await iterator.next()
        _ = try await iterator.next()
        #expect(reads.value == 2)
    }

    @Test func noPermitIsLeftHoweverStreamsEnd() async throws {
        let test = try BreakerUnderTest(
            failures: 2, recovery: .init(maxProbes: 2, successThreshold: 3, probeLease: .seconds(1_000_000))
        )
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { await endAtRandom(test, seed: UInt64(task)) }
            }
        }
        #expect(test.breaker.snapshot.probesInFlight == 0)
        #expect(test.breaker.snapshot.totals.lostProbes == 0)
        test.time.advance(by: .seconds(30))
        for _ in 0..<3 { try await test.breaker.run {} }
        #expect(test.breaker.state == .closed)
    }

    /// Sixty streams, ended in every way.
    private func endAtRandom(_ test: BreakerUnderTest, seed: UInt64) async {
        var random = SplitMix64(seed: seed)
        for _ in 0..<60 {
            if random.next() % 8 == 0 { test.time.advance(by: .seconds(15)) }
            let ending = random.next() % 7
            let source = source(ending % 2 == 0 ? [1, 2] : [], throwing: ending == 4 ? Boom() : nil)
            let consumer = Task {
                let stream = try await test.breaker.run(streaming: .init(emptyStream: .failure(.emptyStream))) { source }
                if ending == 5 { return }
                if ending == 6 { withUnsafeCurrentTask { $0?.cancel() } }
                for try await _ in stream where ending == 2 { break }
            }
            if ending == 3 { consumer.cancel() }
            _ = try? await consumer.value
        }
    }
}
