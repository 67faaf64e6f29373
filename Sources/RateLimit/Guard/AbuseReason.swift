/// Which rule of the abuse guard spoke.
///
/// For operators: log it, count it. What a client is told must not name the rule it should avoid next time.
public struct AbuseReason: Sendable, Hashable, CustomStringConvertible {
    /// The part of the pipeline, in its order.
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        case allowList = "ABUSE_ALLOW_LISTED"
        case blockList = "ABUSE_BLOCK_LISTED"
        case country = "ABUSE_COUNTRY"
        case lockout = "ABUSE_LOCKED_OUT"
        case userAgent = "ABUSE_USER_AGENT"
        case pattern = "ABUSE_PATTERN"
    }

    public let stage: Stage
    /// The name of the rule, or for a block-list entry the reason it was given.
    public let rule: String

    public var description: String { "\(stage.rawValue): \(rule)" }
}
