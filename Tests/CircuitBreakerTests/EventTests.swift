import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct EventTests {
    @Test func anEventTellsWhatHappened() throws {
        let test = BreakerUnderTest()
        try test.fail(2)
        let last = try test.breaker.acquire()
        last.fail(.rateLimited, retryAfter: .seconds(45))
        let event = try #require(test.events.drain().first)
        #expect(event.breaker == "claude")
        #expect(event.from == .closed)
        #expect(event.to == .open)
        #expect(event.cause == .consecutiveFailures)
        #expect(event.generation == 1)
        #expect(event.openFor == .seconds(45))
        #expect(event.failure == Breaker.Failure(.rateLimited, retryAfter: .seconds(45)))
        #expect(event.timestamp == test.time.timestamp)
    }

    @Test func anEpisodeRaisesOneAlert() throws {
        let test = BreakerUnderTest()
        for episode in 1...3 {
            try test.fail(3)
            for _ in 0..<5 {
                for _ in 0..<10 { #expect(test.refusal() != nil) }
                test.time.advance(by: .seconds(30))
                try test.fail()
            }
            test.time.advance(by: .seconds(30))
            try test.succeed()
            let events = test.events.drain()
            #expect(events.count == 1 + 5 * 2 + 2, "episode \(episode)")
            #expect(events.map(\.isAlert) == [true] + Array(repeating: false, count: 12))
        }
    }

    @Test func generationsOfEventsRise() throws {
        let test = BreakerUnderTest()
        try test.fail(3)
        test.time.advance(by: .seconds(30))
        try test.fail()
        test.breaker.reset()
        test.breaker.isolate(reason: "maintenance")
        test.breaker.disable()
        test.breaker.release()
        let events = test.events.drain()
        #expect(events.map(\.generation) == [1, 2, 3, 4, 5, 6, 7])
        #expect(
            events.map(\.cause) == [.consecutiveFailures, .openTimeOver, .probeFailed, .reset, .isolated, .disabled, .released]
        )
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.to == $1.from })
    }

    @Test func aListenerThatNeverReadsDelaysNobodyAndItsLossIsCounted() throws {
        let test = BreakerUnderTest(.preset(failures: 1, openFor: .seconds(1)))
        let lazy = test.breaker.events.subscribe(capacity: 2)
        for _ in 0..<100 {
            try test.fail()
            test.breaker.reset()
        }
        #expect(lazy.droppedCount == 198)
        #expect(test.transitions().count == 200)
    }

    @Test func aListenerMayReenterAndReset() async throws {
        let test = BreakerUnderTest(.preset(failures: 1, openFor: .seconds(30)))
        let events = test.breaker.events.subscribe()
        let listener = Task {
            var alerts = 0
            for await event in events where event.to == .open {
                alerts += 1
                _ = test.breaker.snapshot
                _ = test.breaker.explain()
                #expect(throws: Breaker.Rejection.self) { _ = try test.breaker.acquire() }
                test.breaker.reset()
                try await test.breaker.run {}
                if alerts == 50 { break }
                try test.fail()
            }
            return alerts
        }
        try test.fail()
        #expect(try await listener.value == 50)
        #expect(test.breaker.state == .closed)
    }

    @Test func aListenerThatThrowsAndCancelsLeavesTheBreakerAlone() async throws {
        let test = BreakerUnderTest(.preset(failures: 1, openFor: .seconds(30)))
        let events = test.breaker.events.subscribe()
        let listener = Task {
            for await _ in events {
                events.cancel()
                throw Boom()
            }
        }
        try test.fail()
        await #expect(throws: Boom.self) { try await listener.value }
        test.breaker.reset()
        #expect(test.transitions() == ["CLOSED>OPEN", "OPEN>CLOSED"])
    }
}
