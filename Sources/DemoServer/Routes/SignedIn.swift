import HardeningCore
import Hummingbird
import TokenAuth

/// What a sign-in, a refresh and an exchanged API key answer (RFC 6749 §5.1).
struct SignedIn: Encodable {
    let accessToken: String
    let tokenType = "bearer"
    let expiresIn: Int64
    /// Nil for an API key, which is exchanged again instead.
    let refreshToken: String?
    let refreshExpiresIn: Int64?

    init(_ pair: TokenPair) {
        let issuedAt = pair.access.claims.issuedAt
        accessToken = pair.access.token
        expiresIn = Self.seconds(from: issuedAt, to: pair.access.claims.expiresAt)
        refreshToken = pair.refreshToken
        refreshExpiresIn = Self.seconds(from: issuedAt, to: pair.sessionExpiresAt)
    }

    init(_ issued: IssuedToken) {
        accessToken = issued.token
        expiresIn = Self.seconds(from: issued.claims.issuedAt, to: issued.claims.expiresAt)
        refreshToken = nil
        refreshExpiresIn = nil
    }

    /// Never kept by a cache on the way.
    var answer: JSONAnswer<Self> { JSONAnswer(self, headers: [.cacheControl: "no-store"]) }

    private static func seconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        max(0, end.secondsSince1970 - start.secondsSince1970)
    }

    private enum CodingKeys: CodingKey {
        case accessToken, tokenType, expiresIn, refreshToken, refreshExpiresIn
    }
}
