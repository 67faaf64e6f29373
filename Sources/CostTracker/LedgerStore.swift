public import HardeningCore

/// Where accounts, holds and entries live.
///
/// Every requirement is one atomic step: it happens as a whole or not at all, also when callers race and when
/// the process dies.
///
/// Prices are computed before the store is asked; it only checks limits, moves amounts and remembers
/// answers. It first moves holds whose time has come (reserved → expired, dispatched → suspense) and
/// then decides. `now` is civil time, because a store may outlive the process: a wall clock that
/// steps forward returns reserved money early, which is safe since dispatching then fails.
///
/// A repeated key with the same payload, or its digest, gets the first answer; with another one it is a
/// ``LedgerError/Code/keyConflict``. A refusal is not remembered.
public protocol LedgerStore: Sendable {
    /// What crossed a level, ended late or ran over, in the order of the decisions.
    var events: EventChannel<BudgetEvent> { get }

    /// Holds `amount` in every account, or in none.
    func reserve(_ command: ReserveCommand) async throws(LedgerError) -> Hold

    /// Notes that the request has left. Repeating it changes nothing.
    func dispatch(_ hold: HoldID, deadline: Timestamp, now: Timestamp) async throws(LedgerError)

    /// Posts the actual cost to the accounts that held it, and frees the hold.
    func settle(_ command: SettleCommand) async throws(LedgerError) -> LedgerEntry

    /// Gives back the money of a hold that was not dispatched. Repeating it changes nothing.
    func release(_ hold: HoldID, now: Timestamp) async throws(LedgerError)

    /// Posts a cost that was never held, whatever the limits say: it is already spent.
    func charge(_ command: ChargeCommand) async throws(LedgerError) -> LedgerEntry

    /// Posts a credit to the accounts that were charged.
    func refund(_ command: RefundCommand) async throws(LedgerError) -> LedgerEntry

    /// The balances of all those accounts at one instant; an account that was never used is empty.
    func balances(of accounts: [AccountLimit], now: Timestamp) async throws(LedgerError) -> [AccountBalance]

    /// The balances of every known account of a scope and window, newest window and largest use first.
    func balances(scope: ScopeKind, window: BudgetWindow, limit: Int, now: Timestamp) async throws(LedgerError) -> [AccountBalance]

    /// Where a hold stands; nil when it is not known (any more).
    func state(of hold: HoldID, now: Timestamp) async throws(LedgerError) -> HoldState?

    /// The newest entries that are still remembered, newest first.
    func recentEntries(limit: Int) async throws(LedgerError) -> [LedgerEntry]
}

/// Everything a store needs to admit a request.
public struct ReserveCommand: Sendable {
    public var key: String
    public var input: InputBound
    public var maxOutput: Int64
    /// The upper bound of the cost.
    public var amount: Money
    public var accounts: AccountSelection
    public var now: Timestamp
    public var expiresAt: Timestamp

    public init(
        key: String, input: InputBound, maxOutput: Int64, amount: Money, accounts: AccountSelection, now: Timestamp, expiresAt: Timestamp
    ) {
        self.key = key
        self.input = input
        self.maxOutput = maxOutput
        self.amount = amount
        self.accounts = accounts
        self.now = now
        self.expiresAt = expiresAt
    }

    public var request: PricedRequest { accounts.request }

    /// Of everything in the call that the caller chose, for stores that do not keep the call itself.
    public var digest: Fingerprint {
        PayloadDigest.reserve(scope: request.scope, model: request.model, terms: request.terms, input: input, maxOutput: maxOutput)
    }
}

/// The end of a dispatched hold.
public struct SettleCommand: Sendable {
    public enum Outcome: Sendable, Hashable {
        case exact(TokenUsage, Money)
        /// The usage is unknown: the whole hold is charged.
        case atHold
    }

    public var hold: HoldID
    public var outcome: Outcome
    public var now: Timestamp

    public init(hold: HoldID, outcome: Outcome, now: Timestamp) {
        self.hold = hold
        self.outcome = outcome
        self.now = now
    }
}

/// A cost that was never held.
public struct ChargeCommand: Sendable {
    /// Nil: repeating the call charges again.
    public var key: String?
    public var usage: TokenUsage
    public var amount: Money
    public var accounts: AccountSelection
    public var now: Timestamp

    public init(key: String?, usage: TokenUsage, amount: Money, accounts: AccountSelection, now: Timestamp) {
        self.key = key
        self.usage = usage
        self.amount = amount
        self.accounts = accounts
        self.now = now
    }

    public var request: PricedRequest { accounts.request }

    /// Of everything in the call that the caller chose, for stores that do not keep the call itself.
    public var digest: Fingerprint {
        PayloadDigest.track(scope: request.scope, usage: ModelUsage(model: request.model, usage: usage, terms: request.terms))
    }
}

/// A credit against one charge.
public struct RefundCommand: Sendable {
    public var key: String
    public var entry: EntryID
    /// Above zero.
    public var amount: Money
    public var now: Timestamp

    public init(key: String, entry: EntryID, amount: Money, now: Timestamp) {
        self.key = key
        self.entry = entry
        self.amount = amount
        self.now = now
    }

    /// Of everything in the call that the caller chose, for stores that do not keep the call itself.
    public var digest: Fingerprint { PayloadDigest.refund(entry: entry, amount: amount) }
}
