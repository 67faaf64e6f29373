import HardeningCore

/// How long entries of a journal matter: the longest times of the services that share it.
public struct JournalRetention: Sendable, Hashable {
    public var leeway: Duration
    public var maximumLifetime: Duration
    public var clockSkew: Duration

    /// The largest a ``TokenService`` can have, so that a journal never drops too early.
    public static let longest = JournalRetention(
        leeway: TokenService.maximumLeeway, maximumLifetime: TokenService.longestLifetime, clockSkew: .seconds(60))

    /// - Parameters: those of ``TokenService`` and ``RevocationList``.
    public init(leeway: Duration, maximumLifetime: Duration, clockSkew: Duration) {
        self.leeway = max(.zero, leeway)
        self.maximumLifetime = max(.zero, maximumLifetime)
        self.clockSkew = max(.zero, clockSkew)
    }

    /// Tokens that expired up to here are refused by everybody, whatever their clocks.
    func horizon(now: Timestamp) -> Timestamp {
        now.advanced(by: .zero - leeway).advanced(by: .zero - clockSkew)
    }

    /// Whether the entry could still refuse a token.
    func matters(_ revocation: Revocation, now: Timestamp) -> Bool {
        let horizon = horizon(now: now)
        switch revocation {
        case .token(_, _, _, _, let expiresAt): return expiresAt > horizon
        case .subject(_, _, let through), .session(_, _, let through), .key(_, _, let through), .everything(let through):
            return through.advanced(by: maximumLifetime) > horizon
        }
    }
}
