import CircuitBreaker
import HardeningCore

struct Boom: Error {}

/// A breaker on manual time, with what the tests do to it in one word.
struct BreakerUnderTest {
    let time = ManualTime()
    let breaker: Breaker
    let events: EventSubscription<Breaker.Event>

    init(_ configuration: Breaker.Configuration = .preset(failures: 3, openFor: .seconds(30))) {
        breaker = Breaker("claude", configuration, time: .manual(time))
        events = breaker.events.subscribe()
    }

    init(
        failures: Int = 1, openTime: Breaker.OpenTime = .init(base: .seconds(30)), recovery: Breaker.Recovery = .init(),
        hangThreshold: Duration? = nil
    ) throws {
        self.init(
            try Breaker.Configuration(
                trip: .consecutiveFailures(failures), openTime: openTime, recovery: recovery, hangThreshold: hangThreshold
            )
        )
    }

    func fail(_ times: Int = 1, retryAfter: Duration? = nil) throws {
        for _ in 0..<times {
            let permit = try breaker.acquire()
            permit.fail(retryAfter: retryAfter)
        }
    }

    func succeed() throws {
        let permit = try breaker.acquire()
        permit.succeed()
    }

    /// The refusal the next caller gets; a permit it might get instead is dropped.
    func refusal() -> Breaker.Rejection? {
        do throws(Breaker.Rejection) {
            _ = try breaker.acquire()
            return nil
        } catch {
            return error
        }
    }

    /// The transitions since the last time, as `CLOSED>OPEN`.
    func transitions() -> [String] {
        events.drain().map { "\($0.from.rawValue)>\($0.to.rawValue)" }
    }
}
