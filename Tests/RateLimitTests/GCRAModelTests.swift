import HardeningCore
import RateLimit
import Testing

/// The formula in integers of 1/limit nanoseconds, unreduced and in 128 bits.
private struct RateModel: ClientModel {
    var windows: [RateLimitWindow]
    private var arrival: Int128 = 0

    init(_ windows: [RateLimitWindow]) { self.windows = windows }

    private var scale: Int128 { Int128(max(1, windows[0].limit)) }
    private var unit: Int128 { Int128(windows[0].length.nanoseconds) }
    private var burst: Int128 { windows[0].limit == 0 ? 0 : Int128(windows[0].burst) }

    private func ceiling(_ dividend: Int128, _ divisor: Int128) -> Int64 { Int64((dividend + divisor - 1) / divisor) }
    private func debt(_ now: Int64) -> Int128 { max(0, arrival - Int128(now) * scale) }

    func limit(_ window: Int) -> Int { Int(burst) }
    func length(_ window: Int) -> Int64 { max(1, ceiling(burst * unit, scale)) }
    func used(_ window: Int, at now: Int64) -> Int { Int(ceiling(debt(now), unit)) }
    func reset(_ window: Int, at now: Int64) -> Int64 { ceiling(debt(now), scale) }

    func hasRoom(_ window: Int, for cost: Int, at now: Int64) -> Bool {
        max(arrival, Int128(now) * scale) + Int128(cost) * unit - Int128(now) * scale <= burst * unit
    }

    mutating func charge(_ cost: Int, at now: Int64) { arrival = max(arrival, Int128(now) * scale) + Int128(cost) * unit }

    mutating func refund(_ cost: Int, at now: Int64) -> Int {
        let returned = min(cost, used(0, at: now))
        if returned > 0 { arrival = max(Int128(now) * scale, arrival - Int128(cost) * unit) }
        return returned
    }
}

@Suite struct GCRAModelTests {
    private typealias Model = AlgorithmModel<RateModel>

    @Test(arguments: 0..<5) func isIdenticalToItsFormulaOnRandomTraces(seed: UInt64) throws {
        var refusals = 0
        try Model.runTraces(steps: modelSteps(default: 40_000) / 5, seed: 50 + seed, makeRules: Self.rules) { _, _, _, answer in
            if answer.wait ?? 0 > 0 { refusals += 1 }
        }
        #expect(refusals > 100)
    }

    private static func rules(_ random: inout SeededGenerator) -> ([Model.Rule], [Model.Rule]) {
        var both: ([Model.Rule], [Model.Rule]) = ([], [])
        for number in 0..<3 {
            let limit = Int.random(in: 0...(1 << Int.random(in: 1...20, using: &random)), using: &random)
            let length = Int64.random(in: 1...(1 << Int64.random(in: 1...48, using: &random)), using: &random)
            let draw = { (random: inout SeededGenerator) in
                Model.Rule(
                    name: "rate\(number)",
                    windows: [.gcra(limit, per: .nanoseconds(length), burst: Int.random(in: 0...20, using: &random))])
            }
            both.0.append(draw(&random))
            both.1.append(draw(&random))
        }
        return both
    }

    /// Every stretch between two admissions of a trace, both ends included.
    @Test(arguments: 0..<10) func inAnyStretchItAdmitsAtMostTheBurstAndTheRate(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (limit, burst) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...7, using: &random))
        let length = Int64.random(in: 10...1000, using: &random)
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("stretch", [.gcra(limit, per: .nanoseconds(length), burst: burst)])
        var admitted: [(time: Int64, cost: Int)] = []
        for _ in 0..<1500 {
            let cost = Int.random(in: 1...burst, using: &random)
            if limiter.admit(policy, key: "k", cost: cost).isAdmitted { admitted.append((time.monotonic.nanoseconds, cost)) }
            time.advance(by: .nanoseconds(Int64.random(in: 0...length / 4, using: &random)))
        }
        for first in admitted.indices {
            var units = 0
            for last in admitted[first...].prefix(40) {
                units += last.cost
                #expect(units <= burst + Int((last.time - admitted[first].time) * Int64(limit) / length))
            }
        }
    }

    @Test func aUnitIsBackEveryIntervalToTheNanosecond() throws {
        let time = ManualTime()
        let limiter = RateLimiter.manual(time)
        let policy = try RateLimitPolicy("third", parsing: "3/second burst 2")
        #expect(limiter.admit(policy, key: "k", cost: 2).quota.map(\.reset) == [.nanoseconds(666_666_667)])
        let refusal = try #require(limiter.admit(policy, key: "k").refusal)
        #expect(refusal.retry == .later(.nanoseconds(333_333_334)))
        #expect(refusal.quota.map(\.used) == [2])
        #expect(refusal.quota.map(\.limit) == [2])
        #expect(refusal.violated.map(\.window) == [.gcra(3, per: .seconds(1), burst: 2)])
        // Thirds of a nanosecond add up: three intervals are one second, not a nanosecond more.
        for passed in [333_333_334, 333_333_333, 333_333_333] as [Int64] {
            time.advance(by: .nanoseconds(passed - 1))
            #expect(!limiter.admit(policy, key: "k").isAdmitted)
            time.advance(by: .nanoseconds(1))
            #expect(limiter.admit(policy, key: "k").isAdmitted)
        }
    }
}
