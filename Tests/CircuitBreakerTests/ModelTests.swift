import CircuitBreaker
import Foundation
import HardeningCore
import HardeningTesting
import Testing

/// Every interleaving of acquire, settle, time and reset, for small parameters.
///
/// Nine sets of rules and three calls by default. `BREAKER_MODEL=full` walks thresholds to 3, two probes and trials of
/// several successes in all combinations, and the rules about shares and overdue calls, with four calls.
@Suite struct ModelTests {
    static let isFull = ProcessInfo.processInfo.environment["BREAKER_MODEL"] == "full"

    private static let chosen: [ReferenceBreaker.Rules] = [
        .init(threshold: 3),
        .init(threshold: 3, maxProbes: 2),
        .init(threshold: 2, maxProbes: 2, successes: 2),
        .init(threshold: 1, maxProbes: 2, tolerated: 1),
        .init(threshold: 1, successes: 2, tolerated: 1),
        .init(countsStreak: false, share: .init(calls: 3, percent: 50, minCalls: 2)),
        .init(countsStreak: false, share: .init(ticks: 2, percent: 60, minCalls: 2)),
        .init(threshold: 3, share: .init(calls: 3, percent: 60, minCalls: 3)),
        .init(threshold: 3, overdue: .init(calls: 2, ticks: 1)),
    ]

    private static let grid: [ReferenceBreaker.Rules] = (1...3).flatMap { threshold in
        (1...2).flatMap { maxProbes in
            [(1, 0), (2, 0), (1, 1), (2, 1)].map { successes, tolerated in
                .init(threshold: threshold, maxProbes: maxProbes, successes: successes, tolerated: tolerated)
            }
        }
    }

    static let rules = isFull ? grid + chosen.filter { !grid.contains($0) } : chosen

    @Test(arguments: rules)
    func everyReachableStateFollowsTheReference(rules: ReferenceBreaker.Rules) throws {
        var checker = ModelChecker(rules, maxCalls: Self.isFull ? 4 : 3)
        try checker.run()
        #expect(checker.modesSeen == [.closed, .open, .halfOpen])
        #expect(checker.steps > 2_000)
    }

    /// The shell too, with its word, its fast path and its permits: random walks against the reference.
    @Test(arguments: 1...3, 1...2)
    func theShellFollowsTheReferenceOnRandomWalks(threshold: Int, maxProbes: Int) throws {
        let rules = ReferenceBreaker.Rules(threshold: threshold, maxProbes: maxProbes, successes: 2, tolerated: maxProbes - 1)
        var random = SplitMix64(seed: UInt64(threshold * 10 + maxProbes))
        for _ in 0..<(Self.isFull ? 2_000 : 40) {
            let time = ManualTime()
            let breaker = Breaker("model", try ModelChecker.configuration(rules), time: .manual(time))
            let events = breaker.events.subscribe()
            var reference = ReferenceBreaker(rules: rules)
            var permits: [PermitBox] = []
            for _ in 0..<60 {
                switch random.next() % 8 {
                case 0:
                    reference.advance()
                    time.advance(by: ModelChecker.tick)
                case 1 where random.next() % 8 == 0:
                    reference.reset()
                    breaker.reset()
                case 1...4 where permits.count < 4:
                    var wait: Duration?
                    if case .refused(let until?) = reference.acquire() { wait = ModelChecker.tick * (until - reference.now) }
                    do {
                        permits.append(PermitBox(try breaker.acquire()))
                        try #require(wait == nil)
                    } catch let rejection as Breaker.Rejection {
                        try #require(rejection.retryAfter == wait)
                    }
                default:
                    guard let index = permits.indices.randomElement(using: &random) else { continue }
                    let ending = ModelChecker.endings.randomElement(using: &random) ?? .success
                    reference.settle(index, ending)
                    permits.remove(at: index).settle(ModelChecker.outcome(ending))
                }
                try #require(events.drain().map { .init(from: $0.from, to: $0.to, cause: $0.cause, isAlert: $0.isAlert) } == reference.log)
                reference.log = []
                let snapshot = breaker.snapshot
                try #require(snapshot.generation == UInt64(reference.epoch))
                try #require(snapshot.totals.late == UInt64(reference.late))
            }
        }
    }
}

/// Lets an array hold permits.
final class PermitBox {
    private var permit: Breaker.Permit?

    init(_ permit: consuming Breaker.Permit) {
        self.permit = consume permit
    }

    func settle(_ outcome: Breaker.Outcome) {
        if let permit = permit.take() { permit.settle(outcome) }
    }
}

/// Repeatable randomness (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
