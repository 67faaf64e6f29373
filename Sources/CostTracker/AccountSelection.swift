import HardeningCore

/// The accounts one request is charged to: a plan applied to the request, its day and its month.
///
/// A recipe rather than a list: a store in memory walks it without allocating, a durable one writes
/// ``limits``.
public struct AccountSelection: Sendable {
    public let request: PricedRequest
    let plan: AccountPlan
    private let windows: AccountPlan.Windows
    private let now: Timestamp

    /// Six that always count, ten budgets, and four more for each of at most three rolling ones: 28, rounded up.
    public static var maximumCount: Int { 32 }

    init(_ plan: AccountPlan, request: PricedRequest, now: Timestamp) {
        self.plan = plan
        self.request = request
        windows = plan.windows(containing: now)
        self.now = now
    }

    /// The distinct accounts with their limits, in the order of the budgets.
    public var limits: [AccountLimit] {
        plan.items.indices.compactMap { position in
            name(at: position).map { limit(at: position, name: $0) }
        }
    }

    /// The name that the request gives to an item of the plan; nil when it names none.
    @inline(__always)
    func name(at position: Int) -> String? {
        switch plan.items[position].source {
        case .session: request.scope.session
        case .user: request.scope.user
        case .tenant: request.scope.tenant
        case .everyone: ""
        case .model: request.price.model
        case .other: request.scope.others[plan.scopes[position]]
        }
    }

    /// Everything but the name of an account.
    @inline(__always)
    func kind(at position: Int) -> AccountBook.Kind {
        AccountBook.Kind(
            scopeCode: plan.items[position].scopeCode, window: plan.items[position].window,
            start: span(at: position).start)
    }

    @inline(__always)
    func span(at position: Int) -> BudgetCalendar.Span {
        let window = plan.items[position].window
        return switch window {
        case .day: windows.day
        case .month: windows.month
        case .lifetime: .lifetime
        default: BudgetCalendar.span(ofRolling: window, phase: Int(plan.items[position].phase), containing: now)
        }
    }

    func limit(at position: Int, name: String) -> AccountLimit {
        let item = plan.items[position]
        let span = span(at: position)
        return AccountLimit(
            account: Account(scope: plan.scopes[position], name: name, window: item.window, start: span.start),
            windowEnd: AccountPlan.end(of: span, of: plan.scopes[position], at: now),
            limit: item.limit, warnings: item.warnings)
    }
}
