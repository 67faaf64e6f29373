public import HardeningCore

/// One policy and the client it is asked about.
///
/// A request that several rules concern is one decision over several checks, which need not be about the same
/// client: the address under the global policy, the user under the plan.
public struct RateLimitCheck: Sendable {
    enum Client: Sendable {
        case text(String)
        case address(IPAddress)
        case fingerprint(Fingerprint)
    }

    public let policy: RateLimitPolicy
    let client: Client

    /// - Parameter key: who is counted: a user id, an API key's id. Any text, of any length, even empty: all who
    ///   come without a key then share one allowance. It is hashed, O(n), and not kept.
    public init(_ policy: RateLimitPolicy, key: String) {
        self.policy = policy
        client = .text(key)
    }

    /// - Parameter key: an address; an IPv6 client is its /64, an IPv4-mapped one is its IPv4 address. For another
    ///   prefix pass `address.masked(toPrefix: 56)`; a prefix longer than /64 would let one customer be 2⁶⁴ clients.
    public init(_ policy: RateLimitPolicy, key address: IPAddress) {
        self.policy = policy
        client = .address(address.clientKey())
    }

    /// - Parameter key: a fingerprint the caller made with the limiter's own ``RateLimiter/fingerprintKey``, once for several checks.
    public init(_ policy: RateLimitPolicy, key fingerprint: Fingerprint) {
        self.policy = policy
        client = .fingerprint(fingerprint)
    }

    func fingerprint(with key: FingerprintKey) -> Fingerprint {
        switch client {
        case .text(let text): key.fingerprint(of: text)
        case .address(let address): key.fingerprint(of: address)
        case .fingerprint(let fingerprint): fingerprint
        }
    }
}

extension FingerprintKey {
    /// The first byte, 0xFF, occurs in no text, so an address and a user id never meet.
    func fingerprint(of address: IPAddress) -> Fingerprint {
        let kind = UInt64(0xff) | (address.family == .v4 ? 4 : 6) << 8
        let words = (kind.littleEndian, UInt64(truncatingIfNeeded: address.bits >> 64), UInt64(truncatingIfNeeded: address.bits))
        return withUnsafeBytes(of: words) { fingerprint(of: $0) }
    }
}
