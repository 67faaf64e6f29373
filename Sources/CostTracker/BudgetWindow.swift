/// The stretch of time a budget covers.
///
/// A new window is a new account; nothing is ever reset.
public struct BudgetWindow: Sendable, Hashable, BitwiseCopyable {
    let code: UInt8

    /// As long as the scope exists: what a session budget uses.
    public static let lifetime = BudgetWindow(code: 0)
    /// One calendar day.
    public static let day = BudgetWindow(code: 1)
    /// One calendar month.
    public static let month = BudgetWindow(code: 2)

    private static let names = ["lifetime", "day", "month"]

    private init(code: UInt8) { self.code = code }

    /// - Returns: nil for a name other than `lifetime`, `day` and `month`.
    public init?(rawValue: String) {
        guard let code = Self.names.firstIndex(of: rawValue) else { return nil }
        self.code = UInt8(code)
    }

    public var rawValue: String { Self.names[Int(code)] }
}
