public import HardeningCore

extension AbuseGuard {
    /// What the guard knows of who sends a request.
    ///
    /// Everything is optional, and rules about what is missing do not apply, except those about a missing user agent
    /// and an unknown country, which say so. Nothing is trusted except `address` and `country`: take them from a proxy
    /// you trust or leave them out, because whoever may choose them may be anybody.
    public struct Visitor: Sendable {
        /// The client's address, as far as it can be believed.
        public var address: IPAddress?
        /// The authenticated user; nil before authentication.
        public var user: String?
        /// The header field, as sent; nil when there was none.
        public var userAgent: String?
        /// The two-letter code of the client's country, from the header field of a trusted proxy.
        public var country: String?
        /// The account that is being signed in to; nil for any other request.
        ///
        /// Give the account's one canonical name: what differs in letter case or blanks is another account here.
        public var account: String?

        public init(
            address: IPAddress?, user: String? = nil, userAgent: String? = nil, country: String? = nil, account: String? = nil
        ) {
            self.address = address
            self.user = user
            self.userAgent = userAgent
            self.country = country
            self.account = account
        }
    }
}
