public import HardeningCore
import Synchronization

/// Keeps the spending of a service on language models within its budgets, exactly.
///
/// ```swift
/// let ledger = try CostLedger(prices: .bundled, budgets: [.session(.usd("0.50")), .daily(.usd("100"))])
///
/// let hold = try await ledger.reserve(
///     .init(session: "sess_123", user: "u1"), model: "claude-sonnet-5-5", input: .atMost(1_500), maxOutput: 800, key: requestID)
/// try await ledger.dispatched(hold)  // the request has left: from now on the money may be spent
/// let entry = try await ledger.settle(hold, usage: TokenUsage(anthropic: response.usage))
/// ```
///
/// At every instant settled + held + suspense ≤ limit in every scope, overruns aside: a request is
/// admitted for the most it can cost or not at all, in one atomic step over all its scopes.
/// ``track(_:session:user:key:)`` and ``checkSessionLimit(_:)`` need no hold and are advisory: between
/// a check and a charge others may spend.
public final class CostLedger: Sendable {
    /// How long holds may take.
    public struct Leases: Sendable, Hashable {
        /// From reserving to dispatching.
        ///
        /// 60 s covers waiting for a connection; after it the money goes back.
        public var reserved: Duration = .seconds(60)
        /// From dispatching to settling.
        ///
        /// 10 minutes is the longest a provider lets a request run; after it the money stays counted in
        /// suspense.
        public var dispatched: Duration = .seconds(600)

        public init() {}
    }

    public let prices: PriceTable
    let store: any LedgerStore
    /// The store, when it is the one that never waits: its steps are called directly.
    private let memory: InMemoryLedgerStore?
    private let calendar: BudgetCalendar
    private let currentPlan: Mutex<AccountPlan>
    let time: TimeSource
    private let reservedNanoseconds: Int64
    private let dispatchedNanoseconds: Int64

    /// - Parameters:
    ///   - prices: the price table; prices in effect when a request is reserved apply to it.
    ///   - budgets: at most ten, one per scope and window. Without any, everything is counted and nothing refused.
    ///   - store: where the accounts live; in memory by default, which ends with the process.
    ///   - calendar: when days and months begin.
    /// - Throws: ``LedgerError``, `budgetInvalid`.
    public init(
        prices: PriceTable = .bundled, budgets: [Budget], store: any LedgerStore = InMemoryLedgerStore(), calendar: BudgetCalendar = .utc,
        leases: Leases = Leases(), time: TimeSource = .system
    ) throws(LedgerError) {
        self.prices = prices
        self.store = store
        memory = store as? InMemoryLedgerStore
        self.calendar = calendar
        currentPlan = Mutex(try AccountPlan(budgets: budgets, calendar: calendar))
        reservedNanoseconds = leases.reserved.saturatingNanoseconds
        dispatchedNanoseconds = leases.dispatched.saturatingNanoseconds
        self.time = time
    }

    /// Warnings, blocked budgets, overruns, expired and suspended holds, in the order they happened.
    public var events: EventChannel<BudgetEvent> { store.events }

    var plan: AccountPlan { currentPlan.withLock { $0 } }

    /// Replaces the budgets, while requests are under way.
    ///
    /// They apply from the next reservation on; accounts keep what they have counted, so a lowered limit may
    /// already be exceeded: then nothing fits, and a ``StreamMeter`` says stop. A rolling or custom budget that
    /// did not exist before starts empty.
    ///
    /// - Throws: ``LedgerError``, `budgetInvalid`; the old budgets stay.
    public func setBudgets(_ budgets: [Budget]) throws(LedgerError) {
        let plan = try AccountPlan(budgets: budgets, calendar: calendar)
        currentPlan.withLock { $0 = plan }
    }

    /// Sets aside the most a request can cost, in every scope at once, or in none.
    ///
    /// - Parameters:
    ///   - scope: who is charged.
    ///   - model: a name as described at ``PriceTable``.
    ///   - input: the most prompt tokens, cached ones included.
    ///   - maxOutput: the `max_tokens` sent to the provider, reasoning included.
    ///   - key: an idempotency key of 1 to 256 bytes. The same call repeated gets the same hold, whatever has become
    ///     of it; another call with the key is a conflict.
    /// - Throws: ``LedgerError``: `budgetExceeded` with every failing scope and what remains, a code of
    ///   ``PricingError``, `keyConflict`, `keyInvalid`, `scopeInvalid`, `ledgerFull`, `overflow`.
    public func reserve(
        _ scope: CostScope, model: String, input: InputBound, maxOutput: Int64, terms: PriceTerms = .standard, key: String
    ) async throws(LedgerError) -> Hold {
        try scope.validate()
        try Self.validate(key: key)
        let now = time.timestamp
        let request = try request(scope, model: model, terms: terms, at: now)
        let amount = try priced { () throws(PricingError) in
            try request.price.upperBound(input: input, maxOutput: maxOutput, terms: terms)
        }
        let command = ReserveCommand(
            key: key, input: input, maxOutput: maxOutput, amount: amount, accounts: AccountSelection(plan, request: request, now: now),
            now: now, expiresAt: now.advanced(byNanoseconds: reservedNanoseconds))
        if let memory { return try memory.reserve(command) }
        return try await store.reserve(command)
    }

    /// Notes that the request is leaving: from now on the money may be spent, and only settling ends the hold.
    ///
    /// Call it right before the request is sent. Repeating it changes nothing.
    ///
    /// - Throws: ``LedgerError``: `holdExpired`, `holdReleased`, `holdNotFound`: then do not send.
    public func dispatched(_ hold: Hold) async throws(LedgerError) {
        let now = time.timestamp
        let deadline = now.advanced(byNanoseconds: dispatchedNanoseconds)
        if let memory { return try memory.dispatch(hold.id, deadline: deadline, now: now) }
        try await store.dispatch(hold.id, deadline: deadline, now: now)
    }

    /// Posts what the request cost, exactly, to the windows that held it, and frees the rest of the hold.
    ///
    /// A cost above the hold is recorded in full; see ``LedgerEntry/overrun``. Repeating the call returns the same
    /// entry. Settling late, from suspense, is fine. A hold that was never marked as dispatched can be settled too, until
    /// it expires: usage proves that the request was sent.
    ///
    /// - Throws: ``LedgerError``: `settledDifferently`, `holdExpired`, `holdReleased`, `holdNotFound`, `overflow`, or a
    ///   code of ``PricingError`` when a part of the usage has no rate. Then the hold stands as before; use
    ///   ``settleAtHold(_:)`` if the usage stays unpriceable.
    @discardableResult
    public func settle(_ hold: Hold, usage: TokenUsage) async throws(LedgerError) -> LedgerEntry {
        let request = hold.request
        let amount = try priced { () throws(PricingError) in try request.price.cost(of: usage, terms: request.terms) }
        let command = SettleCommand(hold: hold.id, outcome: .exact(usage, amount), now: time.timestamp)
        if let memory { return try memory.settle(command) }
        return try await store.settle(command)
    }

    /// Charges the whole hold, because the provider's usage never arrived: unknown is not zero.
    ///
    /// - Throws: as ``settle(_:usage:)``.
    @discardableResult
    public func settleAtHold(_ hold: Hold) async throws(LedgerError) -> LedgerEntry {
        try await store.settle(SettleCommand(hold: hold.id, outcome: .atHold, now: time.timestamp))
    }

    /// Gives the money back, because the request was never sent.
    ///
    /// Repeating it changes nothing.
    ///
    /// - Throws: ``LedgerError``: `holdDispatched` when the request has left (settle with ``TokenUsage/zero`` if the
    ///   provider says that nothing was used), `holdSettled`, `holdNotFound`.
    public func release(_ hold: Hold) async throws(LedgerError) {
        try await store.release(hold.id, now: time.timestamp)
    }

    /// Posts a credit for a part or the whole of a charge, to the windows that were charged.
    ///
    /// - Parameter key: an idempotency key of 1 to 256 bytes.
    /// - Throws: ``LedgerError``: `refundExceedsCharge`, `refundInvalid`, `entryNotFound`, `keyConflict`, `keyInvalid`.
    @discardableResult
    public func refund(_ amount: Money, of entry: EntryID, key: String) async throws(LedgerError) -> LedgerEntry {
        try Self.validate(key: key)
        return try await store.refund(
            RefundCommand(key: key, entry: entry, amount: amount, now: time.timestamp))
    }

    /// Where a hold stands; nil when it ended so long ago that it was forgotten.
    public func state(of hold: Hold) async throws(LedgerError) -> HoldState? {
        try await store.state(of: hold.id, now: time.timestamp)
    }

    // MARK: - Parts

    /// The accounts that a request of that scope and model is charged to, for suites that speak to a store directly.
    package func accounts(of scope: CostScope, model: String, at moment: Timestamp) throws(LedgerError) -> AccountSelection {
        AccountSelection(plan, request: try request(scope, model: model, terms: .standard, at: moment), now: moment)
    }

    func request(_ scope: CostScope, model: String, terms: PriceTerms, at now: Timestamp) throws(LedgerError) -> PricedRequest {
        let price = try priced { () throws(PricingError) in try prices.price(of: model, at: now) }
        return PricedRequest(scope: scope, model: model, terms: terms, price: price)
    }

    @inline(__always)
    func priced<Answer>(_ body: () throws(PricingError) -> Answer) throws(LedgerError) -> Answer {
        do {
            return try body()
        } catch {
            throw LedgerError(error)
        }
    }

    static func validate(key: String) throws(LedgerError) {
        guard (1...256).contains(key.utf8.count) else {
            throw LedgerError(.keyInvalid, "an idempotency key of \(key.utf8.count) bytes, not 1 to 256")
        }
    }
}

extension Timestamp {
    fileprivate func advanced(byNanoseconds nanoseconds: Int64) -> Timestamp {
        Timestamp(nanosecondsSince1970: nanosecondsSince1970.addingSaturating(nanoseconds))
    }
}
