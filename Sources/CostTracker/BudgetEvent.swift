public import HardeningCore

/// Something about a budget or a hold that someone should know.
public struct BudgetEvent: Sendable, Hashable {
    public struct Kind: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Used passed a warning level of the limit.
        ///
        /// Once per account and level.
        public static let warning = Kind(rawValue: "budget_warning")
        /// Used + held + suspense reached the limit: nothing fits.
        ///
        /// Once per account.
        public static let blocked = Kind(rawValue: "budget_blocked")
        /// A charge was larger than its hold.
        public static let overrun = Kind(rawValue: "hold_overrun")
        /// A reserved hold was never dispatched; its money went back.
        public static let expired = Kind(rawValue: "hold_expired")
        /// A dispatched hold was not settled by its deadline; its money stays counted.
        public static let suspended = Kind(rawValue: "hold_suspended")
        /// A hold in suspense was charged in full because its place was needed.
        public static let writtenOff = Kind(rawValue: "hold_written_off")
    }

    public let kind: Kind
    public let at: Timestamp
    /// The balance that crossed a level; nil for events about a hold.
    public let balance: AccountBalance?
    /// The level in percent of a warning.
    public let percent: Int?
    /// The hold; nil for events about a balance.
    public let hold: HoldID?
    /// The overrun, or the amount of the hold.
    public let amount: Money?

    public init(
        kind: Kind, at: Timestamp, balance: AccountBalance? = nil, percent: Int? = nil, hold: HoldID? = nil, amount: Money? = nil
    ) {
        self.kind = kind
        self.at = at
        self.balance = balance
        self.percent = percent
        self.hold = hold
        self.amount = amount
    }
}
