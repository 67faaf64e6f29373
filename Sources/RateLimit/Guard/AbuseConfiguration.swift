extension AbuseGuard {
    /// The rules of a guard, and the room for those they concern.
    public struct Configuration: Sendable {
        /// When an account is locked after failed sign-ins.
        public var accountLockout = LockoutPolicy.escalating
        /// When an address is.
        public var addressLockout = LockoutPolicy.escalatingForAddresses
        /// Scanners refused, scrapers slowed down, empty fields logged.
        public var userAgents = UserAgentRules.standard
        /// Probing blocked for ten minutes, many accounts slowed down, fan-out logged.
        public var patterns = PatternRules.standard
        /// No country is treated differently by default; most services have no reason to.
        public var country: CountryRule?
        /// Entries operators may list, and again as many that rules may.
        ///
        /// A few hundred bytes each, when there.
        public var listCapacity = 10_000
        /// Accounts and addresses that may have failed to sign in at once; 128 bytes each, taken at once.
        public var lockoutCapacity = 16_384
        /// Pairs of client and pattern rule that may be counted at once; 384 bytes each, taken at once.
        public var watchCapacity = 8192

        public init() {}
    }
}
