public import HardeningCore

/// When a budget runs out if spending goes on as it has lately.
public struct BudgetForecast: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        /// Nothing fits any more.
        case exhausted
        /// It runs out at that moment, before its window ends.
        case runsOut(at: Timestamp)
        /// It lasts to the end of its window, or nothing is being spent.
        case lasts
        /// There is no limit, or too little time was observed to tell.
        case unknown
    }

    public let balance: AccountBalance
    /// What was spent in ``observed``.
    public let spent: Money
    public let observed: Duration
    public let outcome: Outcome

    /// - Parameters:
    ///   - spent: what the account was charged lately.
    ///   - observed: in how much time.
    public init(balance: AccountBalance, spent: Money, observed: Duration, now: Timestamp) {
        self.balance = balance
        self.spent = spent
        self.observed = observed
        outcome = Self.outcome(balance, spent.picoUSD, observed.saturatingNanoseconds, now)
    }

    private static func outcome(_ balance: AccountBalance, _ spent: Int64, _ observed: Int64, _ now: Timestamp) -> Outcome {
        guard let remaining = balance.remaining else { return .unknown }
        if balance.isLimitReached { return .exhausted }
        guard observed > 0 else { return .unknown }
        guard spent > 0 else { return .lasts }
        // Rounded down: the warning comes early rather than late.
        let wait = Int64(clamping: Int128(remaining.picoUSD) * Int128(observed) / Int128(spent))
        let end = Timestamp(nanosecondsSince1970: now.nanosecondsSince1970.addingSaturating(wait))
        return end < balance.windowEnd && end < .distantFuture ? .runsOut(at: end) : .lasts
    }

    /// Spending per hour, rounded down; nil when too little time was observed to tell.
    public var hourlyRate: Money? {
        let observed = observed.saturatingNanoseconds
        guard observed > 0 else { return nil }
        return Money(picoUSD: Int64(clamping: Int128(spent.picoUSD) * 3_600_000_000_000 / Int128(observed)))
    }
}

extension BudgetForecast: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        let rate = hourlyRate.map { "at \($0.formatted(fractionDigits: 4)) USD an hour" } ?? "at an unknown rate"
        return switch outcome {
        case .exhausted: "\(balance.account) is used up."
        case .runsOut(let end): "\(balance.account) runs out at \(end), \(rate)."
        case .lasts: "\(balance.account) lasts, \(rate)."
        case .unknown: "Nothing can be said about \(balance.account)."
        }
    }
}

extension CostLedger {
    /// When a budget runs out at the rate of the last while.
    ///
    /// The rate is that of the charges the store remembers; it takes no account of open holds, which the
    /// balance does.
    ///
    /// - Parameter observing: how far back spending is looked at, at most to the start of the window. An hour
    ///   smooths single requests and still follows the time of day.
    /// - Complexity: O(remembered entries); for reports, not for request paths.
    public func forecast(
        _ scope: ScopeKind, name: String, window: BudgetWindow, observing: Duration = .seconds(3600)
    ) async throws(LedgerError) -> BudgetForecast {
        let now = time.timestamp
        let balance = try await summary(scope, name: name, window: window)
        let entries = try await recentEntries(limit: .max)
        let since = max(now.advanced(by: .zero - observing), balance.account.start, entries.last?.postedAt ?? now)
        var spent: Int64 = 0
        for entry in entries where entry.kind == .charge && entry.postedAt >= since && entry.request.name(in: scope) == name {
            spent = spent.addingSaturating(entry.amount.picoUSD)
        }
        return BudgetForecast(balance: balance, spent: Money(picoUSD: spent), observed: now.duration(since: since), now: now)
    }
}

extension PricedRequest {
    /// The name that the request gives to a scope; nil when it names none.
    func name(in kind: ScopeKind) -> String? {
        switch kind {
        case .session: scope.session
        case .user: scope.user
        case .tenant: scope.tenant
        case .everyone: ""
        case .model: price.model
        default: scope.others[kind]
        }
    }
}
