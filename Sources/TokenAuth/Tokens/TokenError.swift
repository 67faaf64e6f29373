/// Why a token was refused: the first rule it breaks, in the documented order.
///
/// Towards a client every one of them is the same 401, except that a revoked token may be told so;
/// ``isRevocation`` tells them apart. ``code`` is stable, for metrics and tests. The description is
/// for developers; it contains nothing of the token.
public struct TokenError: Error, Sendable, Hashable {
    public let rule: Rule
    /// By how many seconds a rule about time was missed, where that helps to find a wrong clock.
    public let secondsOff: Int64?

    init(_ rule: Rule, secondsOff: Int64? = nil) {
        self.rule = rule
        self.secondsOff = secondsOff
    }

    /// A stable name such as `TOKEN_EXPIRED`.
    public var code: String { rule.rawValue }

    /// The step of the verification order that refused, 1 to 11.
    public var step: Int { rule.step }

    /// Whether the token was valid until somebody revoked it.
    public var isRevocation: Bool { rule.step == 11 }
}

extension TokenError: CustomStringConvertible {
    public var description: String {
        let by = secondsOff.map { " (by \($0) s)" } ?? ""
        return "\(code), step \(step): \(rule.explanation)\(by)"
    }
}
