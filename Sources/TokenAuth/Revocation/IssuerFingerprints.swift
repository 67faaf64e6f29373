import HardeningCore

/// Keyed 64-bit fingerprints of what tokens of one issuer can be revoked by.
///
/// Each kind has a key of its own, derived from the list's random key and the issuer, so that
/// entries of two issuers, or a subject and a session of the same name, never meet. A stranger cannot
/// construct a collision; by chance one token in 2⁴⁴ meets one of a million entries, and is refused.
struct IssuerFingerprints: Sendable {
    private let tokens: FingerprintKey
    private let subjects: FingerprintKey
    private let sessions: FingerprintKey
    private let keys: FingerprintKey

    init(issuer: String, root: FingerprintKey) {
        func derived(_ kind: String) -> FingerprintKey {
            let fingerprint = root.fingerprint(of: kind + "\u{0}" + issuer)
            let bytes = [fingerprint.high, fingerprint.low].flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
            return FingerprintKey(Secret(bytes)) ?? root
        }
        tokens = derived("token")
        subjects = derived("subject")
        sessions = derived("session")
        keys = derived("key")
    }

    func token(_ id: TokenID) -> UInt64 {
        withUnsafeBytes(of: id) { tokens.fingerprint(of: $0).low }
    }

    func subject(_ name: String) -> UInt64 { subjects.fingerprint(of: name).low }
    func session(_ name: String) -> UInt64 { sessions.fingerprint(of: name).low }
    func key(_ id: String) -> UInt64 { keys.fingerprint(of: id).low }
}
