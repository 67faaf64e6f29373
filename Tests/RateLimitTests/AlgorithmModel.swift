import HardeningCore
import RateLimit
import Testing

/// One client under one policy of an algorithm, as its definition is written, with nothing clever.
protocol ClientModel {
    init(_ windows: [RateLimitWindow])
    /// Limits may change at any time; lengths and rates stay.
    var windows: [RateLimitWindow] { get set }
    func limit(_ window: Int) -> Int
    func length(_ window: Int) -> Int64
    func used(_ window: Int, at now: Int64) -> Int
    func reset(_ window: Int, at now: Int64) -> Int64
    func hasRoom(_ window: Int, for cost: Int, at now: Int64) -> Bool
    /// -1 for never; otherwise how long until the first moment with room.
    func wait(_ window: Int, for cost: Int, at now: Int64) -> Int64
    mutating func charge(_ cost: Int, at now: Int64)
    mutating func refund(_ cost: Int, at now: Int64) -> Int
}

extension ClientModel {
    /// Found by asking, for a rule whose last unit is back at its reset.
    func wait(_ window: Int, for cost: Int, at now: Int64) -> Int64 {
        if cost > limit(window) || limit(window) == 0 { return -1 }
        var (low, high) = (Int64(0), reset(window, at: now) + 1)
        while low < high {
            let middle = low + (high - low) / 2
            if hasRoom(window, for: cost, at: now + middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// A limiter made of models.
struct AlgorithmModel<Client: ClientModel> {
    struct Answer: Equatable {
        var isAdmitted = true
        /// Nil when admitted, -1 for never.
        var wait: Int64?
        var windows: [String] = []
    }

    struct Rule {
        var name: String
        var windows: [RateLimitWindow]
    }

    private(set) var clients: [String: Client] = [:]
    private var reading: Int64?
    private(set) var now: Int64 = ManualTime().timestamp.nanosecondsSince1970  // where the spans of a limiter on it begin

    mutating func observe(_ latest: MonotonicTime) {
        if let reading, latest.nanoseconds > reading { now += latest.nanoseconds - reading }
        reading = latest.nanoseconds
    }

    func client(_ rule: Rule, _ key: String) -> Client {
        var client = clients["\(rule.name)/\(key)"] ?? Client(rule.windows)
        client.windows = rule.windows
        return client
    }

    mutating func admit(_ checks: [(rule: Rule, key: String)], cost: Int) -> Answer {
        var answer = Answer()
        var violated: [[Bool]] = []
        for (rule, key) in checks {
            let client = client(rule, key)
            violated.append(rule.windows.indices.map { !client.hasRoom($0, for: cost, at: now) || client.limit($0) == 0 })
            for window in rule.windows.indices where violated.last?[window] == true {
                let wait = client.wait(window, for: cost, at: now)
                answer.isAdmitted = false
                answer.wait = wait == -1 || answer.wait == -1 ? -1 : max(wait, answer.wait ?? 0)
            }
        }
        if answer.isAdmitted && cost > 0 {
            var charged: Set<String> = []
            for (rule, key) in checks where charged.insert("\(rule.name)/\(key)").inserted {
                clients["\(rule.name)/\(key)", default: Client(rule.windows)].charge(cost, at: now)
            }
        }
        for ((rule, key), violated) in zip(checks, violated) {
            let client = client(rule, key)
            answer.windows += rule.windows.indices.map {
                "\(rule.windows[$0]) \(client.limit($0)) \(client.length($0)) \(client.used($0, at: now)) \(client.reset($0, at: now)) \(violated[$0])"
            }
        }
        return answer
    }

    mutating func refund(_ rule: Rule, _ key: String, cost: Int) -> Int {
        clients["\(rule.name)/\(key)", default: Client(rule.windows)].refund(cost, at: now)
    }
}

extension AlgorithmModel.Answer {
    init(_ decision: RateLimitDecision) {
        isAdmitted = decision.isAdmitted
        wait =
            switch decision.refusal?.retry {
            case nil: nil
            case .never: -1
            case .later(let duration): duration.nanoseconds
            }
        windows = decision.quota.map {
            "\($0.window) \($0.limit) \($0.length.nanoseconds) \($0.used) \($0.reset.nanoseconds) \($0.isViolated)"
        }
    }
}

// MARK: - Traces

extension AlgorithmModel {
    /// Costs, peeks, one to three checks, refunds, changed limits, clock steps in both directions; every answer is compared whole.
    ///
    /// - Parameters:
    ///   - makeRules: rules, and the same rules with other limits.
    ///   - inspect: called after every decision, with the checks.
    static func runTraces(
        steps total: Int, seed: UInt64, makeRules: (inout SeededGenerator) -> (rules: [Rule], changed: [Rule]),
        inspect: (Self, [(rule: Rule, key: String)], Int, Answer) throws -> Void = { _, _, _, _ in },
        refunded: (Self, Rule, String, Int) -> Void = { _, _, _, _ in }, began: () -> Void = {}
    ) throws {
        var random = SeededGenerator(seed: seed)
        var left = total
        while left > 0 {
            let steps = min(left, 500)
            left -= steps
            began()
            let time = ManualTime(monotonic: MonotonicTime(nanoseconds: Int64.random(in: -1_000_000...1_000_000, using: &random)))
            let limiter = RateLimiter.manual(time)
            var model = Self()
            model.observe(time.monotonic)
            var (rules, changed) = makeRules(&random)
            let weights = Int.random(in: 1...5, using: &random)
            var retry: Int64 = 0
            for step in 0..<steps {
                moveClock(time, retry: retry, random: &random)
                model.observe(time.monotonic)
                if Int.random(in: 0..<60, using: &random) == 0 { swap(&rules, &changed) }
                let checks = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    (rule: rules[Int.random(in: 0..<rules.count, using: &random)], key: "key\(Int.random(in: 0..<3, using: &random))")
                }
                let cost = Int.random(in: 0...9, using: &random) == 0 ? 0 : Int.random(in: 1...weights, using: &random)
                let limiterChecks = try checks.map { RateLimitCheck(try RateLimitPolicy($0.rule.name, $0.rule.windows), key: $0.key) }
                if Int.random(in: 0..<40, using: &random) == 0 {
                    let expected = model.refund(checks[0].rule, checks[0].key, cost: max(1, cost))
                    let returned = limiter.refund(limiterChecks[0], cost: max(1, cost))
                    try #require(returned == expected, "refund at step \(step)")
                    refunded(model, checks[0].rule, checks[0].key, returned)
                    continue
                }
                let expected = model.admit(checks, cost: cost)
                let answer = Answer(limiter.admit(limiterChecks, cost: cost))
                try #require(answer == expected, "step \(step), cost \(cost), \(checks)")
                try inspect(model, checks, cost, answer)
                if let wait = answer.wait, wait > 0 { retry = wait }
            }
        }
    }

    /// Mostly forward by anything from nothing to months, often exactly to a Retry-After or one short of it, sometimes back.
    private static func moveClock(_ time: ManualTime, retry: Int64, random: inout SeededGenerator) {
        let far = Int64.random(in: 0...(1 << Int64.random(in: 1...48, using: &random)), using: &random)
        let step =
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<4: Int64(0)
            case 4..<8: far
            case 8: retry
            case 9: max(0, retry - 1)
            case 10: Int64(1)
            default: -far
            }
        time.stepMonotonicClock(by: .nanoseconds(step))
    }
}
