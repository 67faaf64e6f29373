import CircuitBreaker
import HardeningCore
import Testing

@Suite struct RegistryTests {
    private let time = ManualTime()

    private func registry(capacity: Int) -> BreakerRegistry {
        BreakerRegistry(capacity: capacity, configuration: .preset(failures: 1, openFor: .seconds(30)), time: .manual(time))
    }

    private func fail(_ breaker: Breaker) throws {
        let permit = try breaker.acquire()
        permit.fail()
    }

    @Test func aKeyAlwaysMeetsItsBreaker() throws {
        let registry = registry(capacity: 4)
        #expect(registry.breaker(for: "a") === registry.breaker(for: "a"))
        #expect(registry.breaker(for: "a") !== registry.breaker(for: "b"))
        try fail(registry.breaker(for: "b"))
        #expect(registry.snapshots.map(\.name) == ["a", "b"])
        #expect(registry.snapshots.map(\.state) == [.closed, .open])
    }

    @Test func configurationsMayDifferByKey() throws {
        let registry = BreakerRegistry(capacity: 8, time: .manual(time)) { key in
            Breaker.Configuration.presets[key] ?? .preset(failures: 1, openFor: .seconds(1))
        }
        #expect(registry.breaker(for: "blockchain").configuration == .blockchain)
        #expect(registry.breaker(for: "else").configuration.trip.consecutiveFailures == 1)
    }

    @Test func aFloodOfFreshKeysStaysWithinTheBound() {
        let registry = registry(capacity: 10)
        for key in 0..<1_000 { _ = registry.breaker(for: "\(key)") }
        #expect(registry.count == 10)
    }

    @Test func openAndIsolatedAndFailingBreakersSurviveAFlood() throws {
        let registry = BreakerRegistry(capacity: 10, configuration: .preset(failures: 2, openFor: .seconds(30)), time: .manual(time))
        for _ in 0..<2 { try fail(registry.breaker(for: "open")) }
        try fail(registry.breaker(for: "failing"))
        registry.breaker(for: "isolated").isolate(reason: "maintenance")
        registry.breaker(for: "disabled").disable()
        for key in 0..<1_000 { _ = registry.breaker(for: "\(key)") }
        time.advance(by: .seconds(3600))
        for key in 0..<1_000 { _ = registry.breaker(for: "\(key)") }
        #expect(registry.count == 10)
        #expect(registry.breaker(for: "open").state == .halfOpen)
        #expect(registry.breaker(for: "failing").snapshot.failures == 1)
        #expect(registry.breaker(for: "isolated").state == .isolated)
        #expect(registry.breaker(for: "disabled").state == .disabled)
    }

    @Test func aBreakerThatSomebodyHoldsSurvivesAFlood() {
        let registry = registry(capacity: 4)
        let held = registry.breaker(for: "held")
        for key in 0..<100 { _ = registry.breaker(for: "\(key)") }
        #expect(registry.breaker(for: "held") === held)
    }

    @Test func withoutRoomFurtherKeysShareOneBreaker() throws {
        let registry = registry(capacity: 3)
        for key in 0..<3 { try fail(registry.breaker(for: "\(key)")) }
        let fresh = registry.breaker(for: "fresh")
        #expect(fresh === registry.overflow)
        #expect(fresh === registry.breaker(for: "another"))
        #expect(registry.count == 3)
        registry.breaker(for: "1").reset()
        #expect(registry.breaker(for: "fresh").name == "fresh")
        #expect(registry.breaker(for: "0").state == .open)
    }

    @Test func recentlyUsedBreakersOutliveOthers() {
        let registry = registry(capacity: 3)
        for key in ["a", "b", "c", "d"] { _ = registry.breaker(for: key) }  // "a" goes, all others lose their mark
        _ = registry.breaker(for: "b")
        _ = registry.breaker(for: "e")
        #expect(registry.breakers.map(\.name) == ["b", "d", "e"])
    }

    @Test func allEventsArriveOnOneChannel() throws {
        let registry = registry(capacity: 4)
        let events = registry.events.subscribe()
        for key in ["a", "b"] { try fail(registry.breaker(for: key)) }
        #expect(events.drain().map(\.breaker) == ["a", "b"])
    }

    @Test func racingLookUpsAgreeOnOneBreaker() async {
        let registry = registry(capacity: 64)
        let identities = await withTaskGroup(of: [ObjectIdentifier].self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<64).map { ObjectIdentifier(registry.breaker(for: "\($0)")) } }
            }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(identities.count == 1)
        #expect(registry.count == 64)
    }
}
