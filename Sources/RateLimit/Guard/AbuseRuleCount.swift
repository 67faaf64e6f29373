/// How often one rule of the abuse guard spoke, since the guard was made.
public struct AbuseRuleCount: Sendable, Hashable {
    public let stage: AbuseReason.Stage
    public let rule: String
    public let count: UInt64
}
