import CircuitBreaker
import HardeningCore
import Testing

/// Deadlines of streams, on time that is moved by hand.
@Suite(.timeLimit(.minutes(60))) struct StreamDeadlineTests {
    typealias Source = AsyncThrowingStream<Int, any Error>

    private struct Setting {
        let waiter = ManualWaiter()
        let breaker: Breaker
        let policy = Breaker.StreamPolicy<Int>(firstElementWithin: .seconds(20), idleLimit: .seconds(10))

        init() throws {
            breaker = Breaker("claude", try .init(trip: .consecutiveFailures(2)), time: .manual(waiter.time))
        }
    }

    /// Does not end when it is cancelled.
    private struct Deaf: AsyncSequence, Sendable {
        final class Gate: Sendable {
            let opened: AsyncStream<Void>
            let open: AsyncStream<Void>.Continuation
            init() { (opened, open) = AsyncStream.makeStream() }
        }
        let gate: Gate

        struct AsyncIterator: AsyncIteratorProtocol {
            let gate: Gate
            mutating func next() async throws -> Int? {
                await Task.detached { [gate] in for await _ in gate.opened { break } }.value
                return nil
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(gate: gate) }
    }

    @Test func aStreamThatNeverBeginsIsAFailureAtItsDeadline() async throws {
        let setting = try Setting()
        let (source, continuation) = Source.makeStream()
        let consumer = Task {
            for try await _ in try await setting.breaker.run(streaming: setting.policy, waiter: .manual(setting.waiter), { source }) {}
        }
        await setting.waiter.untilParked(1)
        setting.waiter.advance(by: .milliseconds(19_999))
        #expect(setting.breaker.snapshot.failures == 0)
        await setting.waiter.untilParked(1)
        setting.waiter.advance(by: .milliseconds(1))
        let error = await #expect(throws: StreamTimeout.self) { try await consumer.value }
        #expect(error?.code == .firstElement && error?.limit == .seconds(20))
        #expect(setting.breaker.snapshot.lastFailure?.failureClass == .stalled)
        #expect(setting.breaker.snapshot.totals.failures == 1)
        continuation.finish()
    }

    @Test func silenceBetweenElementsIsAFailure() async throws {
        let setting = try Setting()
        let (source, continuation) = Source.makeStream()
        let (received, signal) = AsyncStream<Int>.makeStream()
        let consumer = Task {
            for try await element in try await setting.breaker.run(
                streaming: setting.policy, waiter: .manual(setting.waiter), { source })
            { signal.yield(element) }
        }
        var elements = received.makeAsyncIterator()
        for number in 1...3 {
            await setting.waiter.untilParked(1)
            setting.waiter.advance(by: .seconds(9))
            continuation.yield(number)
            #expect(await elements.next() == number)
        }
        await setting.waiter.untilParked(1)
        setting.waiter.advance(by: .seconds(10))
        let error = await #expect(throws: StreamTimeout.self) { try await consumer.value }
        #expect(error?.code == .idle && error?.limit == .seconds(10))
        #expect(setting.breaker.snapshot.lastFailure?.failureClass == .stalled)
        #expect(setting.breaker.explain() == "claude is closed: calls pass, 1 of 2 failures in a row (last: stalled).")
        #expect(setting.breaker.snapshot.failures == 1)
        continuation.finish()
    }

    @Test func aSlowConsumerIsNobodysFailure() async throws {
        let setting = try Setting()
        let (source, continuation) = Source.makeStream()
        for number in 1...3 { continuation.yield(number) }
        continuation.finish()
        for try await _ in try await setting.breaker.run(streaming: setting.policy, waiter: .manual(setting.waiter), { source }) {
            setting.waiter.advance(by: .seconds(3_600))
        }
        #expect(setting.breaker.snapshot.totals.failures == 0)
    }

    @Test func aStreamThatIgnoresCancellationDoesNotHoldItsConsumer() async throws {
        let setting = try Setting()
        let gate = Deaf.Gate()
        let consumer = Task {
            for try await _ in try await setting.breaker.run(
                streaming: setting.policy, waiter: .manual(setting.waiter), { Deaf(gate: gate) })
            {}
        }
        await setting.waiter.untilParked(1)
        setting.waiter.advance(by: .seconds(20))
        await #expect(throws: StreamTimeout.self) { try await consumer.value }
        #expect(setting.breaker.snapshot.failures == 1)
        gate.open.finish()
    }

    @Test func timeoutsExplainThemselves() {
        #expect(StreamTimeout.Code.allCases.map(\.rawValue) == ["STREAM_FIRST_ELEMENT_TIMEOUT", "STREAM_IDLE_TIMEOUT"])
    }
}
