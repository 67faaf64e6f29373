import HardeningCore
import RateLimit

/// The rule as it is written, with nothing clever: every admitted request is kept for ever, and every question is
/// answered by a scan.
struct ReferenceLimiter {
    struct Rule {
        var name: String
        /// Limits and lengths in nanoseconds.
        var windows: [(limit: Int, length: Int64)]
    }

    struct Answer: Equatable {
        var isAdmitted: Bool
        /// Nil when admitted; -1 for never.
        var wait: Int64?
        /// Per window of every policy: used, reset, violated.
        var windows: [String]
    }

    private struct Event {
        var time: Int64
        var cost: Int
    }

    private var events: [String: [Event]] = [:]
    private var reading: Int64?
    /// Time that has passed; steps back count as nothing.
    private(set) var now: Int64 = 0

    mutating func observe(_ latest: MonotonicTime) {
        if let reading, latest.nanoseconds > reading { now += latest.nanoseconds - reading }
        reading = latest.nanoseconds
    }

    func used(_ rule: Rule, _ key: String, _ length: Int64, at moment: Int64) -> Int {
        events["\(rule.name)/\(key)", default: []].filter { $0.time > moment - length && $0.time <= moment }.reduce(0) { $0 + $1.cost }
    }

    /// Admits iff used + cost ≤ limit everywhere; charges everywhere or nowhere.
    mutating func admit(_ checks: [(rule: Rule, key: String)], cost: Int, at reading: MonotonicTime) -> Answer {
        observe(reading)
        var answer = Answer(isAdmitted: true, wait: nil, windows: [])
        for (rule, key) in checks {
            for (limit, length) in rule.windows {
                let used = used(rule, key, length, at: now)
                let isViolated = used + cost > limit || limit == 0
                if isViolated {
                    answer.isAdmitted = false
                    answer.wait = longer(answer.wait, wait(rule, key, length, limit, cost))
                }
            }
        }
        if answer.isAdmitted && cost > 0 {
            for id in Set(checks.map { "\($0.rule.name)/\($0.key)" }) { events[id, default: []].append(Event(time: now, cost: cost)) }
        }
        for (rule, key) in checks {
            for (limit, length) in rule.windows {
                let used = used(rule, key, length, at: now)
                let isViolated = !answer.isAdmitted && (used + cost > limit || limit == 0)
                let oldest = events["\(rule.name)/\(key)", default: []].filter { $0.time > now - length }.map(\.time).min()
                let reset = oldest.map { $0 + length - now } ?? 0
                answer.windows.append("\(rule.name) \(limit) \(used) \(reset) \(isViolated)")
            }
        }
        return answer
    }

    mutating func refund(_ rule: Rule, _ key: String, cost: Int, at reading: MonotonicTime) -> Int {
        observe(reading)
        let id = "\(rule.name)/\(key)"
        let longest = rule.windows.map(\.length).max() ?? 0
        var left = cost
        while left > 0, let newest = events[id, default: []].last, newest.time > now - longest {
            let taken = min(left, newest.cost)
            left -= taken
            events[id]?.removeLast()
            if newest.cost > taken { events[id]?.append(Event(time: newest.time, cost: newest.cost - taken)) }
        }
        return cost - left
    }

    /// The moments at which something leaves are the only ones at which the answer can change.
    private func wait(_ rule: Rule, _ key: String, _ length: Int64, _ limit: Int, _ cost: Int) -> Int64 {
        if cost > limit || limit == 0 { return -1 }
        let candidates = events["\(rule.name)/\(key)", default: []].map { $0.time + length }.filter { $0 > now }.sorted()
        for moment in candidates where used(rule, key, length, at: moment) + cost <= limit { return moment - now }
        return -1
    }

    private func longer(_ left: Int64?, _ right: Int64) -> Int64 {
        guard let left, right != -1 else { return right }
        return left == -1 ? -1 : max(left, right)
    }
}

extension ReferenceLimiter.Answer {
    /// The limiter's answer in the reference's terms.
    init(_ decision: RateLimitDecision) {
        let wait: Int64? =
            switch decision.refusal?.retry {
            case nil: nil
            case .never: -1
            case .later(let duration): duration.nanoseconds
            }
        self.init(
            isAdmitted: decision.isAdmitted, wait: wait,
            windows: decision.quota.map { "\($0.policy) \($0.limit) \($0.used) \($0.reset.nanoseconds) \($0.isViolated)" }
        )
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

extension ReferenceLimiter.Rule {
    func policy() throws -> RateLimitPolicy {
        try RateLimitPolicy(name, windows.map { .slidingWindow($0.limit, per: .nanoseconds($0.length)) })
    }
}
