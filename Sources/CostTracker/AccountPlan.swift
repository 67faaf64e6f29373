import HardeningCore

/// Which accounts a request is charged to: one per budget that applies, and those that always count.
struct AccountPlan: Sendable {
    private enum Source: Sendable {
        case session
        case user
        case tenant
        case everyone
        case model
        case other(ScopeKind)
    }

    private struct Item: Sendable {
        var source: Source
        var scope: ScopeKind
        var window: BudgetWindow
        var limit: Money?
        var warnings: WarningLevels
    }

    /// Summaries that exist without a budget too.
    private static let always: [(ScopeKind, BudgetWindow)] = [
        (.session, .lifetime), (.user, .lifetime), (.tenant, .lifetime), (.everyone, .day), (.everyone, .month), (.model, .lifetime),
    ]

    private let items: [Item]
    private let calendar: BudgetCalendar

    /// - Throws: ``LedgerError``, `budgetInvalid`: two budgets for one scope and window, a limit below
    ///   zero, warnings outside 1…99 %, or more than ten budgets.
    init(budgets: [Budget], calendar: BudgetCalendar) throws(LedgerError) {
        func invalid(_ budget: Budget, _ why: String) -> LedgerError {
            LedgerError(.budgetInvalid, "the budget of \(budget.scope.rawValue) per \(budget.window.rawValue): \(why)")
        }
        guard budgets.count <= 10 else { throw LedgerError(.budgetInvalid, "\(budgets.count) budgets, at most ten are allowed") }
        var items: [Item] = []
        for budget in budgets {
            guard !items.contains(where: { $0.scope == budget.scope && $0.window == budget.window }) else {
                throw invalid(budget, "it is given twice")
            }
            guard budget.limit >= .zero else { throw invalid(budget, "its limit is below zero") }
            guard let warnings = WarningLevels(percents: budget.warnings) else {
                throw invalid(budget, "warnings are at most four, each of 1 to 99 percent")
            }
            guard (1...64).contains(budget.scope.rawValue.utf8.count) else { throw invalid(budget, "a scope has 1 to 64 bytes") }
            items.append(
                Item(
                    source: Self.source(of: budget.scope), scope: budget.scope, window: budget.window, limit: budget.limit,
                    warnings: warnings))
        }
        for (scope, window) in Self.always where !items.contains(where: { $0.scope == scope && $0.window == window }) {
            items.append(Item(source: Self.source(of: scope), scope: scope, window: window, limit: nil, warnings: .none))
        }
        self.items = items
        self.calendar = calendar
    }

    /// The distinct accounts of a request at a moment, in the order of the budgets.
    func accounts(for scope: CostScope, model: String, at now: Timestamp) -> [AccountLimit] {
        var accounts: [AccountLimit] = []
        accounts.reserveCapacity(items.count)
        var spans = Spans(calendar: calendar, now: now)
        for item in items {
            let name: String? =
                switch item.source {
                case .session: scope.session
                case .user: scope.user
                case .tenant: scope.tenant
                case .everyone: ""
                case .model: model
                case .other(let kind): scope.others[kind]
                }
            if let name { accounts.append(limit(of: item, name: name, span: spans.span(of: item.window))) }
        }
        return accounts
    }

    /// One account, with its limit if a budget sets one.
    func account(_ scope: ScopeKind, name: String, window: BudgetWindow, at now: Timestamp) -> AccountLimit {
        let span = calendar.span(of: window, containing: now)
        if let item = items.first(where: { $0.scope == scope && $0.window == window }) {
            return limit(of: item, name: name, span: span)
        }
        return AccountLimit(
            account: Account(scope: scope, name: name, window: window, start: span.start), windowEnd: span.end, limit: nil, warnings: .none)
    }

    private func limit(of item: Item, name: String, span: BudgetCalendar.Span) -> AccountLimit {
        AccountLimit(
            account: Account(scope: item.scope, name: name, window: item.window, start: span.start), windowEnd: span.end,
            limit: item.limit, warnings: item.warnings)
    }

    private static func source(of scope: ScopeKind) -> Source {
        switch scope {
        case .session: .session
        case .user: .user
        case .tenant: .tenant
        case .everyone: .everyone
        case .model: .model
        default: .other(scope)
        }
    }

    /// Computes each window once per request.
    private struct Spans {
        let calendar: BudgetCalendar
        let now: Timestamp
        private var day: BudgetCalendar.Span?
        private var month: BudgetCalendar.Span?

        init(calendar: BudgetCalendar, now: Timestamp) {
            self.calendar = calendar
            self.now = now
        }

        mutating func span(of window: BudgetWindow) -> BudgetCalendar.Span {
            switch window {
            case .day:
                if let day { return day }
                let span = calendar.span(of: .day, containing: now)
                day = span
                return span
            case .month:
                if let month { return month }
                let span = calendar.span(of: .month, containing: now)
                month = span
                return span
            default: return .lifetime
            }
        }
    }
}
