public import HardeningCore

/// Something an operator may want to know, delivered after the decision.
public struct RateLimitEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A policy refused a request.
        case refused
        /// A shadow policy would have refused a request.
        case shadowRefused
        /// A window has passed 80 % of its limit, coming from below.
        case nearLimit
        /// A client that could not be told from a new one made room for another.
        case evicted
    }

    public let kind: Kind
    /// The policy; nil for ``Kind/evicted``.
    public let policy: String?
    /// The client as the limiter knows it; for ``Kind/evicted`` the key of the entry, which is client and policy mixed.
    public let client: Fingerprint
    /// The window that has no room, or little; nil for ``Kind/evicted``.
    public let window: RateLimitWindow?
    /// Units in that window: before the refused request, or the 80 % that were reached.
    public let used: Int
}
