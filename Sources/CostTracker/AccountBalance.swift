public import HardeningCore

/// What stands in one account, read in one step.
public struct AccountBalance: Sendable, Hashable {
    public var account: Account
    /// The first instant after the window.
    public var windowEnd: Timestamp
    /// Nil: no budget limits the account.
    public var limit: Money?
    /// Settled charges, less refunds.
    public var used: Money = .zero
    /// Reserved or dispatched, not settled yet.
    public var held: Money = .zero
    /// Dispatched, never settled, past its deadline: the provider may have charged it.
    public var suspense: Money = .zero
    /// The part of all charges that was given back.
    public var refunded: Money = .zero
    /// Settled charges, counted.
    public var requests: Int64 = 0
    /// Prompt tokens of the charges whose usage is known, cached ones included.
    public var inputTokens: Int64 = 0
    /// Generated tokens of the charges whose usage is known.
    public var outputTokens: Int64 = 0

    public init(account: Account, windowEnd: Timestamp, limit: Money?) {
        self.account = account
        self.windowEnd = windowEnd
        self.limit = limit
    }

    /// Used + held + suspense: what may not be promised to anyone else.
    public var committed: Money {
        Money(picoUSD: used.picoUSD.addingSaturating(held.picoUSD).addingSaturating(suspense.picoUSD))
    }

    /// What a new request may still hold; zero when nothing, nil without a limit.
    public var remaining: Money? {
        limit.map { Money(picoUSD: max(0, $0.picoUSD.subtractingSaturating(committed.picoUSD))) }
    }

    /// Whether nothing fits any more: committed ≥ limit.
    ///
    /// Never without a limit.
    public var isLimitReached: Bool { limit.map { committed >= $0 } ?? false }

    /// ``used`` as a share of the limit, with one decimal; nil without a limit.
    public var usagePercent: Percentage? { limit.map { Percentage(of: used, in: $0) } }
}
