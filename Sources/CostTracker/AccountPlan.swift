import HardeningCore
import Synchronization

/// Which accounts requests are charged to: one per budget that applies, and those that always count.
final class AccountPlan: Sendable {
    /// Where the name of an account comes from.
    enum Source: BitwiseCopyable {
        case session
        case user
        case tenant
        case everyone
        case model
        case other
    }

    /// Without the kind of scope, which stands in ``scopes``: what every request walks through needs no counting of references.
    struct Item: BitwiseCopyable {
        let source: Source
        let scopeCode: UInt8
        let window: BudgetWindow
        /// Which of the accounts of a rolling window: 0 is the newest.
        let phase: UInt8
        let limit: Money?
        let warnings: WarningLevels

        init(_ scope: ScopeKind, per window: BudgetWindow, phase: Int = 0, limit: Money? = nil, warnings: WarningLevels = .none) {
            source = AccountPlan.source(of: scope)
            scopeCode = scope.code
            self.window = window
            self.phase = UInt8(truncatingIfNeeded: phase)
            self.limit = limit
            self.warnings = warnings
        }
    }

    /// Summaries that exist without a budget too.
    private static let always: [(ScopeKind, BudgetWindow)] = [
        (.session, .lifetime), (.user, .lifetime), (.tenant, .lifetime), (.everyone, .day), (.everyone, .month), (.model, .lifetime),
    ]

    let items: [Item]
    /// The kind of scope of each item.
    let scopes: [ScopeKind]
    private let calendar: BudgetCalendar
    private let windows: Mutex<Windows>

    /// The windows of a moment.
    struct Windows: BitwiseCopyable {
        let day: BudgetCalendar.Span
        let month: BudgetCalendar.Span
    }

    /// - Throws: ``LedgerError``, `budgetInvalid`: two budgets for one scope and window, a limit below
    ///   zero, warnings outside 1…99 %, more than ten budgets, or more than three of them rolling.
    init(budgets: [Budget], calendar: BudgetCalendar) throws(LedgerError) {
        func invalid(_ budget: Budget, _ why: String) -> LedgerError {
            LedgerError(.budgetInvalid, "the budget of \(budget.scope.rawValue) per \(budget.window.rawValue): \(why)")
        }
        guard budgets.count <= 10 else { throw LedgerError(.budgetInvalid, "\(budgets.count) budgets, at most ten are allowed") }
        guard budgets.count(where: { $0.window.code == BudgetWindow.rollingCode }) <= 3 else {
            throw LedgerError(.budgetInvalid, "more than three rolling budgets")
        }
        var items: [Item] = []
        var scopes: [ScopeKind] = []
        func contains(_ scope: ScopeKind, _ window: BudgetWindow) -> Bool {
            zip(scopes, items).contains { $0 == scope && $1.window == window }
        }
        for budget in budgets {
            guard !contains(budget.scope, budget.window) else {
                throw invalid(budget, "it is given twice")
            }
            guard budget.limit >= .zero else { throw invalid(budget, "its limit is below zero") }
            guard let warnings = WarningLevels(percents: budget.warnings) else {
                throw invalid(budget, "warnings are at most four, each of 1 to 99 percent")
            }
            guard (1...64).contains(budget.scope.rawValue.utf8.count) else { throw invalid(budget, "a scope has 1 to 64 bytes") }
            let phases = budget.window.code == BudgetWindow.rollingCode ? BudgetWindow.rollingQuarters : 0
            // The oldest account of a rolling window holds all that the others do: it alone limits and warns.
            for phase in (0...phases).reversed() {
                scopes.append(budget.scope)
                items.append(
                    Item(
                        budget.scope, per: budget.window, phase: phase, limit: phase == phases ? budget.limit : nil,
                        warnings: phase == phases ? warnings : .none))
            }
        }
        for (scope, window) in Self.always where !contains(scope, window) {
            scopes.append(scope)
            items.append(Item(scope, per: window))
        }
        self.items = items
        self.scopes = scopes
        self.calendar = calendar
        let never = BudgetCalendar.Span(start: .distantPast, end: .distantPast)
        windows = Mutex(Windows(day: never, month: never))
    }

    /// Today and this month, in the zone of the budgets.
    ///
    /// The calendar, which may be slow, is asked when one of them has ended, and not under the lock.
    func windows(containing now: Timestamp) -> Windows {
        let known = windows.withLock { $0 }
        if known.day.contains(now), known.month.contains(now) { return known }
        let current = Windows(day: calendar.span(of: .day, containing: now), month: calendar.span(of: .month, containing: now))
        windows.withLock { $0 = current }
        return current
    }

    /// One account, with its limit if a budget sets one.
    func account(_ scope: ScopeKind, name: String, window: BudgetWindow, at now: Timestamp) -> AccountLimit {
        let span = calendar.span(of: window, containing: now)
        let item = zip(scopes, items).first { $0 == scope && $1.window == window }?.1
        return AccountLimit(
            account: Account(scope: scope, name: name, window: window, start: span.start),
            windowEnd: Self.end(of: span, of: scope, at: now), limit: item?.limit, warnings: item?.warnings ?? .none)
    }

    /// The end of a window; a request is over soon, and there are too many of them to keep each for ever.
    static func end(of span: BudgetCalendar.Span, of scope: ScopeKind, at now: Timestamp) -> Timestamp {
        scope == .request ? min(span.end, now.advanced(by: Budget.requestLifetime)) : span.end
    }

    private static func source(of scope: ScopeKind) -> Source {
        switch scope {
        case .session: .session
        case .user: .user
        case .tenant: .tenant
        case .everyone: .everyone
        case .model: .model
        default: .other
        }
    }
}
