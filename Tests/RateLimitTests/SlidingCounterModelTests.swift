import HardeningCore
import RateLimit
import Testing

/// The definition: a unit counts until the last nanosecond of its span, a thirteenth of the window, has left.
private struct CounterModel: ClientModel {
    var windows: [RateLimitWindow]
    private var events: [(time: Int64, cost: Int)] = []

    init(_ windows: [RateLimitWindow]) { self.windows = windows }

    func limit(_ window: Int) -> Int { windows[window].limit }
    func length(_ window: Int) -> Int64 { windows[window].length.nanoseconds }

    private func leaves(_ window: Int, _ time: Int64) -> Int64 {
        let span = (length(window) + 12) / 13
        return (time / span + 1) * span - 1 + length(window)
    }

    func used(_ window: Int, at now: Int64) -> Int {
        events.filter { leaves(window, $0.time) > now }.reduce(0) { $0 + $1.cost }
    }

    func reset(_ window: Int, at now: Int64) -> Int64 {
        (events.map { leaves(window, $0.time) }.filter { $0 > now }.min() ?? now) - now
    }

    func hasRoom(_ window: Int, for cost: Int, at now: Int64) -> Bool { used(window, at: now) + cost <= limit(window) }

    /// The first moment with room is one at which something leaves.
    func wait(_ window: Int, for cost: Int, at now: Int64) -> Int64 {
        if cost > limit(window) || limit(window) == 0 { return -1 }
        let moments = Set(events.map { leaves(window, $0.time) }.filter { $0 > now }).sorted()
        return (moments.first { hasRoom(window, for: cost, at: $0) } ?? now) - now
    }

    mutating func charge(_ cost: Int, at now: Int64) { events.append((now, cost)) }

    mutating func refund(_ cost: Int, at now: Int64) -> Int {
        var left = cost
        while left > 0, let newest = events.last, leaves(windows.count - 1, newest.time) > now {
            let taken = min(left, newest.cost)
            left -= taken
            events.removeLast()
            if newest.cost > taken { events.append((newest.time, newest.cost - taken)) }
        }
        return cost - left
    }

    /// What an exact window of this length would see.
    func exactUse(_ length: Int64, at now: Int64) -> Int { events.filter { $0.time > now - length }.reduce(0) { $0 + $1.cost } }
}

@Suite struct SlidingCounterModelTests {
    private typealias Model = AlgorithmModel<CounterModel>

    /// Identical to the definition; never more than the limit in any exact window; never a refusal that an exact window
    /// a thirteenth longer would not have given.
    @Test(arguments: 0..<5) func agreesWithItsDefinitionAndKeepsBothItsPromisesOnRandomTraces(seed: UInt64) throws {
        var refusals = 0
        try Model.runTraces(steps: modelSteps(default: 25_000) / 5, seed: seed, makeRules: Self.rules) { model, checks, cost, answer in
            for (rule, key) in checks {
                let client = model.client(rule, key)
                for window in rule.windows.indices {
                    let (limit, length) = (client.limit(window), client.length(window))
                    if answer.isAdmitted && cost > 0 { #expect(client.exactUse(length, at: model.now) <= limit) }
                    if !client.hasRoom(window, for: cost, at: model.now) && !answer.isAdmitted {
                        refusals += 1
                        #expect(client.exactUse(length + (length + 12) / 13, at: model.now) + cost > limit)
                    }
                }
            }
        }
        #expect(refusals > 100)
    }

    private static func rules(_ random: inout SeededGenerator) -> ([Model.Rule], [Model.Rule]) {
        var both: ([Model.Rule], [Model.Rule]) = ([], [])
        for number in 0..<3 {
            var lengths: Set<Int64> = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                lengths.insert(Int64.random(in: 1...(1 << Int64.random(in: 1...50, using: &random)), using: &random))
            }
            let draw = { (random: inout SeededGenerator) in
                Model.Rule(
                    name: "rule\(number)",
                    windows: lengths.sorted().map { .slidingCounter(Int.random(in: 0...24, using: &random), per: .nanoseconds($0)) })
            }
            both.0.append(draw(&random))
            both.1.append(draw(&random))
        }
        return both
    }

    @Test(arguments: [Int(UInt32.max), 100_000, 1]) func limitsOfAnySizeAreUsableToTheLastUnit(limit: Int) throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("wide", [.slidingCounter(limit, per: .seconds(366 * 86_400))])
        if limit > 1 { #expect(limiter.admit(policy, key: "k", cost: limit - 1).isAdmitted) }
        #expect(limiter.admit(policy, key: "k").quota.map(\.used) == [limit])
        let wait = try #require(limiter.admit(policy, key: "k").wait)
        #expect(wait >= .seconds(366 * 86_400))
        time.advance(by: wait - .nanoseconds(1))
        #expect(!limiter.admit(policy, key: "k").isAdmitted)
        time.advance(by: .nanoseconds(1))
        #expect(limiter.admit(policy, key: "k", cost: limit).isAdmitted)
    }

    @Test func memoryDoesNotGrowWithUse() throws {
        let limiter = RateLimiter.manual(ManualTime())
        let policy = try RateLimitPolicy("flat", parsing: "4000000000/day counter")
        _ = limiter.admit(policy, key: "k")
        let bytes = limiter.snapshot.bytes
        for _ in 0..<10_000 { _ = limiter.admit(policy, key: "k", cost: 1000) }
        #expect(limiter.snapshot.bytes == bytes)
    }
}
