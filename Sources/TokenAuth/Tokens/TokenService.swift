public import HardeningCore
import Synchronization

/// Issues, verifies and revokes the access tokens of one service.
///
/// ```swift
/// let tokens = try TokenService(issuer: "https://api.example.com", audience: "api", keys: keys)
/// let issued = try tokens.issue(subject: "user-42")
/// let verified = try tokens.verify(issued.token)
/// try await tokens.revoke(verified)
/// ```
///
/// JSON Web Tokens in the compact form (RFC 7519, RFC 7515) with the type of RFC 9068, read without
/// leniency (RFC 8725). Verification is synchronous and takes one short lock; use one service from as
/// many tasks as you like.
public final class TokenService: Sendable {
    /// The largest leeway: beyond five minutes the clocks are wrong, not the tokens.
    public static let maximumLeeway = Duration.seconds(300)
    /// The largest lifetime that can be configured: 30 days.
    ///
    /// What must live longer is no bearer token.
    public static let longestLifetime = Duration.seconds(30 * 86_400)

    public let issuer: String
    public let audience: String
    /// How long issued tokens live unless ``issue(subject:session:scope:lifetime:notBefore:)`` is told otherwise.
    public let accessLifetime: Duration
    /// Reports and answers what has been revoked.
    public let revocations: RevocationList

    let policy: TokenPolicy
    let fingerprints: IssuerFingerprints
    private let time: TimeSource
    private let ring: Mutex<KeyRing>

    /// - Parameters:
    ///   - issuer: `iss`, written and compared exactly; 1 to 256 bytes.
    ///   - audience: `aud`, written and compared exactly; 1 to 256 bytes.
    ///   - keys: see ``KeySet``; exchanged at run time with ``use(_:)``.
    ///   - accessLifetime: 15 minutes by default, whole seconds. A revocation that is lost, or a key that
    ///     leaks, hurts for at most this long.
    ///   - leeway: tolerated difference of clocks, 30 s by default, at most ``maximumLeeway``.
    ///   - maximumLifetime: tokens with a longer `exp − iat` are refused whoever signed them; 24 hours by
    ///     default, at most ``longestLifetime``. Also how long watermarks are remembered.
    ///   - types: see ``TokenTypeProfile``.
    ///   - revocations: shared by services that share an issuer; a fresh one by default.
    ///   - time: the clock; `.system` outside of tests.
    /// - Throws: ``TokenConfigurationError``.
    public init(
        issuer: String, audience: String, keys: KeySet, accessLifetime: Duration = .seconds(900), leeway: Duration = .seconds(30),
        maximumLifetime: Duration = .seconds(86_400), types: TokenTypeProfile = .accessToken,
        revocations: RevocationList = RevocationList(), time: TimeSource = .system
    ) throws(TokenConfigurationError) {
        var issuer = issuer
        var audience = audience
        issuer.makeContiguousUTF8()
        audience.makeContiguousUTF8()
        guard Self.isName(issuer) else { throw .issuerMalformed }
        guard Self.isName(audience) else { throw .audienceMalformed }
        guard leeway >= .zero, leeway <= Self.maximumLeeway else { throw .leewayOutOfRange }
        guard maximumLifetime >= .seconds(1), maximumLifetime <= Self.longestLifetime else { throw .maximumLifetimeOutOfRange }
        guard accessLifetime >= .seconds(1), accessLifetime <= maximumLifetime else { throw .accessLifetimeOutOfRange }
        self.issuer = issuer
        self.audience = audience
        self.accessLifetime = accessLifetime
        self.revocations = revocations
        self.time = time
        policy = TokenPolicy(issuer: issuer, audience: audience, profile: types, leeway: leeway, maximumLifetime: maximumLifetime)
        fingerprints = revocations.fingerprints(for: issuer)
        ring = Mutex(KeyRing(keys, profile: types, fingerprints: fingerprints))
        revocations.retain(atLeast: leeway, maximumLifetime: maximumLifetime)
    }

    /// Exchanges the keys for every verification and issue that starts from now on.
    public func use(_ keys: KeySet) {
        let prepared = KeyRing(keys, profile: policy.profile, fingerprints: fingerprints)
        ring.withLock { $0 = prepared }
    }

    /// What an operator should know at start-up about this configuration; empty when all is well.
    public var startupWarnings: [String] {
        guard accessLifetime > .seconds(3_600) else { return [] }
        return [
            "access tokens live \(accessLifetime.components.seconds) s: a stolen one works that long unless revoked; 900 s with refresh is safer"
        ]
    }

    /// Explains the first rule a token breaks to a developer, without printing anything of the token.
    ///
    /// Not for clients: it would tell an attacker which step a forgery reached.
    public func why(_ token: String) -> String {
        do {
            _ = try verify(token)
            return "the token is valid"
        } catch {
            return error.description
        }
    }

    var currentRing: KeyRing { ring.withLock { $0 } }
    var now: Timestamp { time.timestamp }

    private static func isName(_ text: String) -> Bool {
        (1...Claims.maximumNameBytes).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 }
    }
}
