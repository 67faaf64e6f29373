import CircuitBreaker
import HardeningCore
import Testing

@Suite struct OverdueCallTests {
    private func breaker(calls: Int, after seconds: Int = 10) throws -> BreakerUnderTest {
        BreakerUnderTest(try Breaker.Configuration(trip: .overdue(calls: calls, after: .seconds(seconds))))
    }

    @Test func callsThatHangOpenBeforeAnyHasEnded() throws {
        let test = try breaker(calls: 2)
        let first = try test.breaker.acquire()
        test.time.advance(by: .seconds(1))
        let second = try test.breaker.acquire()
        test.time.advance(by: .seconds(10))
        #expect(test.breaker.state == .closed)
        test.time.advance(by: .nanoseconds(1))
        #expect(test.breaker.state == .open)
        #expect(test.transitions() == [], "reading decides nothing")
        // Open since the moment the second call was overdue.
        #expect(test.refusal()?.retryAfter == .seconds(30) - .nanoseconds(1))
        #expect(test.breaker.snapshot.callsInFlight == 0)
        let events = test.events.drain()
        #expect(events.map(\.cause) == [.callsOverdue])
        #expect(events.map(\.failure) == [Breaker.Failure(.overdue)])
        first.succeed()
        second.fail()
        #expect(test.breaker.snapshot.totals.late == 2)
        #expect(test.breaker.state == .open)
    }

    @Test func theEndOfOneCallFindsTheOthersOverdue() throws {
        let test = try breaker(calls: 1)
        let hung = try test.breaker.acquire()
        test.time.advance(by: .seconds(9))
        let quick = try test.breaker.acquire()
        test.time.advance(by: .seconds(2))
        quick.ignore()
        #expect(test.transitions() == ["CLOSED>OPEN"])
        hung.ignore()
    }

    @Test func aCallThatEndsBeforeAnyoneLookedIsNoEvidence() throws {
        let test = try breaker(calls: 1)
        let slow = try test.breaker.acquire()
        test.time.advance(by: .seconds(100))
        slow.succeed()
        #expect(test.breaker.state == .closed)
    }

    @Test func anHourWithoutCallersEndsInAProbe() throws {
        let test = try breaker(calls: 1)
        let hung = try test.breaker.acquire()
        test.time.advance(by: .seconds(3_600))
        let probe = try test.breaker.acquire()
        let isProbe = probe.isProbe
        #expect(isProbe)
        #expect(test.transitions() == ["CLOSED>OPEN", "OPEN>HALF_OPEN"])
        probe.succeed()
        hung.ignore()
        #expect(test.breaker.state == .closed)
    }

    @Test func callsEndInAnyOrderAndAreCountedOnce() throws {
        let test = try breaker(calls: 255, after: 1_000_000)
        var random = SplitMix64(seed: 7)
        var boxes: [PermitBox] = []
        for _ in 0..<5_000 {
            if random.next() % 2 == 0, boxes.count < 1_024 {
                boxes.append(PermitBox(try test.breaker.acquire()))
            } else if let index = boxes.indices.randomElement(using: &random) {
                boxes.remove(at: index).settle([.success, .failure(), .ignored, .cancelled][Int(random.next() % 4)])
            }
            #expect(test.breaker.snapshot.callsInFlight == boxes.count)
        }
        boxes = []
        #expect(test.breaker.snapshot.callsInFlight == 0)
    }

    @Test func furtherCallsPassUnwatched() throws {
        let test = try breaker(calls: 255)
        var boxes: [PermitBox] = []
        for _ in 0..<1_100 { boxes.append(PermitBox(try test.breaker.acquire())) }
        #expect(test.breaker.snapshot.callsInFlight == 1_024)
        for box in boxes { box.settle(.success) }
        #expect(test.breaker.snapshot.callsInFlight == 0)
    }

    @Test func aClockThatGoesBackKeepsTheOrder() throws {
        let test = try breaker(calls: 2)
        let first = try test.breaker.acquire()
        test.time.stepMonotonicClock(by: .seconds(-100))
        let second = try test.breaker.acquire()
        test.time.advance(by: .seconds(105))
        #expect(test.breaker.state == .closed, "nobody waited 10 s on the clock as it was")
        test.time.advance(by: .seconds(6))
        #expect(test.breaker.state == .open)
        first.ignore()
        second.ignore()
    }
}
