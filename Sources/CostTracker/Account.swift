public import HardeningCore

/// What the ledger counts in: one name of one scope in one window.
public struct Account: Sendable, Hashable {
    public var scope: ScopeKind
    /// The session, user, tenant or model; empty for everyone.
    public var name: String
    public var window: BudgetWindow
    /// The first instant of the window; ``Timestamp/distantPast`` for a lifetime.
    public var start: Timestamp

    public init(scope: ScopeKind, name: String, window: BudgetWindow, start: Timestamp) {
        self.scope = scope
        self.name = name
        self.window = window
        self.start = start
    }

    // Names differ most: compare them first.
    public static func == (left: Account, right: Account) -> Bool {
        left.start == right.start && left.name == right.name && left.scope == right.scope && left.window == right.window
    }
}

extension Account: CustomStringConvertible {
    /// `session sess_123`, `everyone, day from 2026-11-20T00:00:00.000Z`.
    public var description: String {
        let who = name.isEmpty ? scope.rawValue : "\(scope.rawValue) \(name)"
        return window == .lifetime ? who : "\(who), \(window.rawValue) from \(start)"
    }
}

/// An account together with the limit that the configuration sets on it now.
public struct AccountLimit: Sendable, Hashable {
    public var account: Account
    /// The first instant after the window.
    public var windowEnd: Timestamp
    /// Nil: the account only counts.
    public var limit: Money?
    public var warnings: WarningLevels

    public init(account: Account, windowEnd: Timestamp, limit: Money?, warnings: WarningLevels) {
        self.account = account
        self.windowEnd = windowEnd
        self.limit = limit
        self.warnings = warnings
    }
}
