public import HardeningCore

/// Something an operator may want to know, delivered after the decision.
public struct AbuseEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A request passed and a rule wants it logged.
        case logged
        /// A request was asked to wait.
        case slowed
        /// A request was refused.
        case refused
        /// An address was put on the block list by a rule.
        case blocked
        /// An address should have been put on the block list, which is full.
        case blockListFull
        /// A client has passed a pattern rule's threshold, coming from below.
        case patternTripped
        /// A failed sign-in locked an account or an address.
        case locked
    }

    public let kind: Kind
    public let reason: AbuseReason
    /// The address (IPv6: its /64), or for ``Kind/locked`` the account, as the guard knows it; nil when nothing is known.
    public let client: Fingerprint?
}
