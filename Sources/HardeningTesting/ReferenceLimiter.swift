public import HardeningCore
public import RateLimit

/// The rule as it is written, with nothing clever: every event is kept and every question is answered by a scan.
///
/// It is the yardstick for limiters of your own: on the same calls at the same moments an exact one answers the
/// same, to the nanosecond. Do not serve traffic with it.
///
/// Exact windows and enforced policies only. Memory and time: what a policy of that name can still see, by the
/// longest window it ever had, is kept; a question scans it.
public struct ReferenceLimiter: Sendable {
    /// What somebody asked: a policy and a client's name.
    public typealias Check = (policy: RateLimitPolicy, client: String)

    private struct Client: Hashable {
        var policy: String
        var name: String
    }

    private struct Event {
        let moment: Int64
        var units: Int
    }

    private struct Reservation {
        let checks: [Check]
        let moment: Int64
        let cost: Int
    }

    private var events: [Client: [Event]] = [:]
    private var longest: [String: Int64] = [:]
    private var reservations: [Int: Reservation] = [:]
    private var reading: MonotonicTime
    /// Nanoseconds that have passed; steps back count as nothing.
    private var now: Int64 = 0

    public init(at start: MonotonicTime) { reading = start }

    /// Admits iff used + cost ≤ limit in every window; charges everywhere or nowhere.
    public mutating func admit(_ checks: [Check], cost: Int, at reading: MonotonicTime) -> RateLimitTrace.Outcome {
        observe(reading)
        for check in checks { forgetWhatNoWindowSees(check) }
        var verdict = RateLimitTrace.Outcome.Verdict.admitted
        for check in checks {
            for window in check.policy.windows where !hasRoom(check, window, cost) {
                verdict = verdict.later(of: wait(check, window, cost))
            }
        }
        let isRoomless = verdict != .admitted
        if !isRoomless && cost > 0 { charge(checks, cost) }
        let windows = checks.flatMap { check in
            check.policy.windows.map { window in
                RateLimitTrace.Outcome.Window(
                    policy: check.policy.name, limit: window.limit, used: used(check, window.length.saturatingNanoseconds, at: now),
                    reset: reset(check, window.length.saturatingNanoseconds), isViolated: isRoomless && !hasRoom(check, window, cost))
            }
        }
        return RateLimitTrace.Outcome(verdict, windows)
    }

    /// Takes back the newest units, at most all that the longest window sees.
    public mutating func refund(_ checks: [Check], cost: Int, at reading: MonotonicTime) {
        observe(reading)
        for check in checks {
            forgetWhatNoWindowSees(check)
            var log = events[Self.client(check)] ?? []
            var left = max(0, cost)
            while left > 0, let newest = log.last {
                let taken = min(left, newest.units)
                left -= taken
                log[log.count - 1].units -= taken
                if newest.units == taken { log.removeLast() }
            }
            events[Self.client(check)] = log
        }
    }

    /// Admits, and remembers under `label` what was charged and when.
    public mutating func reserve(_ label: Int, _ checks: [Check], cost: Int, at reading: MonotonicTime) -> RateLimitTrace.Outcome {
        let outcome = admit(checks, cost: cost, at: reading)
        reservations[label] = outcome.verdict == .admitted ? Reservation(checks: checks, moment: now, cost: cost) : nil
        return outcome
    }

    /// Takes back what was held too much at the moment it was charged, or charges now what was held too little.
    ///
    /// - Returns: false when there is nothing to settle under that label.
    public mutating func commit(_ label: Int, actual: Int, at reading: MonotonicTime) -> Bool {
        guard let reservation = reservations.removeValue(forKey: label) else { return false }
        observe(reading)
        let actual = max(0, actual)
        for check in reservation.checks { forgetWhatNoWindowSees(check) }
        if actual > reservation.cost { charge(reservation.checks, actual - reservation.cost) }
        for client in Set(reservation.checks.map(Self.client)) where actual < reservation.cost {
            var left = reservation.cost - actual
            events[client] = (events[client] ?? []).compactMap { event in
                guard event.moment == reservation.moment else { return event }
                let taken = min(left, event.units)
                left -= taken
                return event.units == taken ? nil : Event(moment: event.moment, units: event.units - taken)
            }
        }
        return true
    }
}

extension ReferenceLimiter {
    private static func client(_ check: Check) -> Client { Client(policy: check.policy.name, name: check.client) }

    private mutating func observe(_ latest: MonotonicTime) {
        if latest > reading { now += latest.nanoseconds - reading.nanoseconds }
        reading = latest
    }

    private mutating func charge(_ checks: [Check], _ units: Int) {
        for client in Set(checks.map(Self.client)) { events[client, default: []].append(Event(moment: now, units: min(units, 1 << 32))) }
    }

    private mutating func forgetWhatNoWindowSees(_ check: Check) {
        let length = max(longest[check.policy.name] ?? 0, check.policy.windows.last?.length.saturatingNanoseconds ?? 0)
        longest[check.policy.name] = length
        events[Self.client(check)]?.removeAll { $0.moment <= now - length }
    }

    private func used(_ check: Check, _ length: Int64, at moment: Int64) -> Int {
        (events[Self.client(check)] ?? []).reduce(0) { $1.moment > moment - length && $1.moment <= moment ? $0 + $1.units : $0 }
    }

    private func hasRoom(_ check: Check, _ window: RateLimitWindow, _ cost: Int) -> Bool {
        cost <= window.limit - used(check, window.length.saturatingNanoseconds, at: now) && window.limit > 0
    }

    private func reset(_ check: Check, _ length: Int64) -> Int64 {
        (events[Self.client(check)] ?? []).first { $0.moment > now - length }.map { $0.moment + length - now } ?? 0
    }

    /// The moments at which something leaves are the only ones at which the answer can change.
    private func wait(_ check: Check, _ window: RateLimitWindow, _ cost: Int) -> Int64? {
        if cost > window.limit || window.limit == 0 { return nil }
        let length = window.length.saturatingNanoseconds
        for event in events[Self.client(check)] ?? [] where event.moment + length > now {
            let leaves = event.moment + length
            if cost <= window.limit - used(check, length, at: leaves) { return leaves - now }
        }
        return nil
    }
}
