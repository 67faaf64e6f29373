public import HardeningCore

/// What today and this month look like, for health pages.
public struct CostStatus: Sendable, Hashable {
    public let day: AccountBalance
    public let month: AccountBalance

    /// Whether nothing fits in the day or the month any more.
    public var isLimitReached: Bool { day.isLimitReached || month.isLimitReached }
}

/// What one tracked request cost, and where that leaves its session, the day and the month.
public struct TrackSummary: Sendable {
    public let entry: LedgerEntry
    /// Nil when the request names no session.
    public let session: AccountBalance?
    public let day: AccountBalance
    public let month: AccountBalance

    /// Whether any of the three has reached its limit.
    public var isLimitReached: Bool { session?.isLimitReached ?? false || day.isLimitReached || month.isLimitReached }
}

extension CostLedger {
    /// Records what a finished request cost, without a hold and whatever the limits say: it is already spent.
    ///
    /// Advisory by nature: nothing was reserved, so budgets can be exceeded. Use
    /// ``reserve(_:model:input:maxOutput:terms:key:)`` where they must not be.
    ///
    /// - Parameter key: an idempotency key of 1 to 256 bytes; nil: repeating the call charges again.
    /// - Throws: ``LedgerError``: a code of ``PricingError``, `keyConflict`, `keyInvalid`, `scopeInvalid`, `ledgerFull`, `overflow`.
    @discardableResult
    public func track(
        _ usage: ModelUsage, session: String? = nil, user: String? = nil, key: String? = nil
    ) async throws(LedgerError) -> TrackSummary {
        try await track(usage, scope: CostScope(session: session, user: user), key: key)
    }

    /// ``track(_:session:user:key:)`` for any scope.
    @discardableResult
    public func track(_ usage: ModelUsage, scope: CostScope, key: String? = nil) async throws(LedgerError) -> TrackSummary {
        try scope.validate()
        if let key { try Self.validate(key: key) }
        let now = time.timestamp
        let request = try request(scope, model: usage.model, terms: usage.terms, at: now)
        let amount = try priced { () throws(PricingError) in try request.price.cost(of: usage.usage, terms: usage.terms) }
        let entry = try await store.charge(
            ChargeCommand(
                key: key, usage: usage.usage, amount: amount, accounts: AccountSelection(plan, request: request, now: now), now: now))
        let status = try await status()
        var session: AccountBalance?
        if let name = scope.session { session = try await summary(session: name) }
        return TrackSummary(entry: entry, session: session, day: status.day, month: status.month)
    }

    /// Whether a session's budget is used up, holds included, and what the session has cost so far.
    ///
    /// Advisory: between this answer and a charge others may spend.
    public func checkSessionLimit(_ session: String) async throws(LedgerError) -> (reached: Bool, current: Money) {
        let balance = try await summary(session: session)
        return (balance.isLimitReached, balance.used)
    }

    /// The largest `max_tokens` that would be admitted now; 0 when not even the input fits.
    ///
    /// Advisory: reserve with it, and be ready for a refusal when others were faster.
    ///
    /// - Throws: ``LedgerError``: a code of ``PricingError``, `scopeInvalid`.
    public func affordableOutput(
        _ scope: CostScope, model: String, input: InputBound, terms: PriceTerms = .standard
    ) async throws(LedgerError) -> Int64 {
        try scope.validate()
        let now = time.timestamp
        let request = try request(scope, model: model, terms: terms, at: now)
        let balances = try await store.balances(of: AccountSelection(plan, request: request, now: now).limits, now: now)
        let room = balances.compactMap(\.remaining).min() ?? .max
        // A scope that is over its limit has no room even for a request that costs nothing.
        if balances.contains(where: { balance in balance.limit.map { balance.committed > $0 } ?? false }) { return 0 }
        return try priced { () throws(PricingError) in try request.price.affordableOutput(within: room, input: input, terms: terms) }
    }

    // MARK: - Summaries

    public func summary(session: String) async throws(LedgerError) -> AccountBalance {
        try await summary(.session, name: session, window: .lifetime)
    }

    public func summary(user: String) async throws(LedgerError) -> AccountBalance {
        try await summary(.user, name: user, window: .lifetime)
    }

    /// - Parameter model: the name the price table lists.
    public func summary(model: String) async throws(LedgerError) -> AccountBalance {
        try await summary(.model, name: model, window: .lifetime)
    }

    /// Everyone's day that contains a moment.
    ///
    /// For today, see ``status()``.
    public func summary(day moment: Timestamp) async throws(LedgerError) -> AccountBalance {
        try await summary(.everyone, name: "", window: .day, at: moment)
    }

    /// Everyone's month that contains a moment.
    ///
    /// For this one, see ``status()``.
    public func summary(month moment: Timestamp) async throws(LedgerError) -> AccountBalance {
        try await summary(.everyone, name: "", window: .month, at: moment)
    }

    /// One account: a scope's name in the window that contains a moment, now by default.
    public func summary(
        _ scope: ScopeKind, name: String, window: BudgetWindow, at moment: Timestamp? = nil
    ) async throws(LedgerError) -> AccountBalance {
        let now = time.timestamp
        let account = plan.account(scope, name: name, window: window, at: moment ?? now)
        let balances = try await store.balances(of: [account], now: now)
        return balances.first ?? AccountBalance(account: account.account, windowEnd: account.windowEnd, limit: account.limit)
    }

    /// Every known account of a scope and window, newest window first, then by use: all models, all days, the dearest sessions.
    ///
    /// - Parameter limit: at most so many.
    /// - Complexity: O(accounts); for reports, not for request paths.
    public func summaries(by scope: ScopeKind, per window: BudgetWindow, limit: Int = 100) async throws(LedgerError) -> [AccountBalance] {
        try await store.balances(scope: scope, window: window, limit: limit, now: time.timestamp)
    }

    /// Today and this month, read in one step.
    public func status() async throws(LedgerError) -> CostStatus {
        let now = time.timestamp
        let accounts = [
            plan.account(.everyone, name: "", window: .day, at: now), plan.account(.everyone, name: "", window: .month, at: now),
        ]
        let balances = try await store.balances(of: accounts, now: now)
        func balance(_ position: Int) -> AccountBalance {
            let account = accounts[position]
            return balances.indices.contains(position)
                ? balances[position] : AccountBalance(account: account.account, windowEnd: account.windowEnd, limit: account.limit)
        }
        return CostStatus(day: balance(0), month: balance(1))
    }

    /// The newest entries that the store remembers, newest first.
    public func recentEntries(limit: Int = 100) async throws(LedgerError) -> [LedgerEntry] {
        try await store.recentEntries(limit: limit)
    }
}
