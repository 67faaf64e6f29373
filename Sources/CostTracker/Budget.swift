/// A limit on what one scope may spend in one window.
///
/// ```swift
/// [.session(.usd("0.50")), .daily(.usd("100")), .monthly(.usd("3000")),
///  Budget(.user, per: .day, limit: .usd("5"), warnings: [50, 90])]
/// ```
public struct Budget: Sendable, Hashable {
    public var scope: ScopeKind
    public var window: BudgetWindow
    /// The most that may be spent; charges may reach it exactly.
    public var limit: Money
    /// Shares of the limit, in whole percent (1…99, at most four), above which one warning per window is
    /// raised.
    ///
    /// 90 by default: late enough to be rare, early enough to act.
    public var warnings: [Int]

    public init(_ scope: ScopeKind, per window: BudgetWindow, limit: Money, warnings: [Int] = [90]) {
        self.scope = scope
        self.window = window
        self.limit = limit
        self.warnings = warnings
    }

    /// What one session may spend as long as it lives.
    public static func session(_ limit: Money) -> Budget { Budget(.session, per: .lifetime, limit: limit) }

    /// What everyone together may spend in a calendar day.
    public static func daily(_ limit: Money) -> Budget { Budget(.everyone, per: .day, limit: limit) }

    /// What everyone together may spend in a calendar month.
    public static func monthly(_ limit: Money) -> Budget { Budget(.everyone, per: .month, limit: limit) }

    /// What everyone together may spend in any stretch of that length.
    public static func rolling(_ limit: Money, over length: Duration) -> Budget { Budget(.everyone, per: .rolling(length), limit: limit) }

    /// What all attempts of one request may spend together: the parent budget over retries and fallbacks.
    ///
    /// Each attempt reserves under a key of its own and names the request in ``CostScope/request``. What an attempt without an
    /// answer may have cost stays counted, in suspense, so settled + held + suspense of all attempts never exceed the limit, however
    /// they race and whichever providers they go to. An attempt that no longer fits is refused before it is sent;
    /// ``CostLedger/affordableOutput(_:model:input:terms:)`` says what still fits.
    ///
    /// ```swift
    /// let scope = CostScope(user: "u1", request: requestID)
    /// for (number, model) in models.enumerated() {
    ///     let hold = try await ledger.reserve(scope, model: model, input: input, maxOutput: 800, key: "\(requestID)/\(number)")
    ///     …
    /// }
    /// ```
    /// The budget belongs to the name: use a fresh one per request. It counts for an hour after the first attempt at least; then a
    /// store in memory that is full may forget it, once nothing is open. ``InMemoryLedgerStore/Bounds/accounts`` must have room for
    /// the requests of an hour. Only a budget makes accounts of requests.
    public static func request(_ limit: Money) -> Budget { Budget(.request, per: .lifetime, limit: limit) }

    /// How long a request's account is kept at least: three attempts of the longest lease, and as much again.
    static let requestLifetime = Duration.seconds(3_600)

    /// What one user may spend in a window.
    public static func user(_ limit: Money, per window: BudgetWindow = .day) -> Budget { Budget(.user, per: window, limit: limit) }
}

/// Up to four warning levels in whole percent, packed so that they travel without allocation.
public struct WarningLevels: Sendable, Hashable, BitwiseCopyable {
    package private(set) var packed: UInt32 = 0

    /// - Returns: nil unless there are at most four levels, each 1…99.
    public init?(percents: [Int]) {
        guard percents.count <= 4, percents.allSatisfy({ (1...99).contains($0) }) else { return nil }
        for percent in percents.sorted(by: >) { packed = packed << 8 | UInt32(percent) }
    }

    public static let none = WarningLevels()

    /// Levels as ``packed`` gave them.
    package init(packed: UInt32) { self.packed = packed }

    private init() {}

    /// The level at a position from 0 to 3, lowest first, or nil.
    public subscript(position: Int) -> Int? {
        let percent = Int(packed >> UInt32(8 * (position & 3)) & 0xff)
        return percent == 0 ? nil : percent
    }
}
