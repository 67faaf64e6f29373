public import HardeningCore

/// Why a request that a browser could have been tricked into was refused.
public enum CSRFError: String, Error, Sendable, Hashable, CaseIterable {
    /// The form or header carries none.
    case missing = "CSRF_MISSING"
    /// The cookie and the form or header differ.
    case mismatch = "CSRF_MISMATCH"
    /// Not made by this service for this session.
    case invalid = "CSRF_INVALID"

    public var code: String { rawValue }
}

/// Makes and checks tokens against cross-site request forgery, bound to the session.
///
/// The signed double-submit cookie: the token is sent in a cookie that scripts may read and sent back in
/// a header or form field, which another site cannot do. Bound by HMAC to the session, so that an
/// attacker who can plant cookies, from a sibling domain, cannot plant a valid pair of his own. Random
/// in every copy, so that compression of a page does not leak it.
///
/// Only for requests that a cookie authenticates; a bearer token needs none of this.
public struct CSRFTokens: Sendable {
    private let keys: [KeyedDigest]

    /// - Parameters:
    ///   - key: at least 32 bytes of its own; see ``PurposeKeys``.
    ///   - previousKeys: keys whose tokens are still taken.
    public init(key: Secret, previousKeys: [Secret] = []) {
        keys = ([key] + previousKeys).map { KeyedDigest(key: $0) }
    }

    /// A token for one session: 64 characters of base64url.
    ///
    /// - Parameter session: what the session cookie stands for, such as ``SessionID``; not a user's id, which
    ///   outlives sign-out.
    public func token(session: String) -> String {
        let nonce = RandomBytes.make(16)
        var text: [UInt8] = []
        Base64URL.encode(nonce + Self.code(session, nonce, keys[0]), onto: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Checks that the request carries a token of this session twice.
    ///
    /// - Parameters:
    ///   - submitted: from the header or the form.
    ///   - cookie: from the cookie.
    ///   - session: the session that the request's cookie authenticates.
    /// - Throws: ``CSRFError``. Constant time in the tokens' bytes.
    public func check(submitted: String?, cookie: String?, session: String) throws(CSRFError) {
        guard let submitted, let cookie, !submitted.isEmpty, !cookie.isEmpty else { throw .missing }
        guard submitted.utf8.count == 64, cookie.utf8.count == 64 else { throw .invalid }
        guard ConstantTime.equal(submitted.utf8, cookie.utf8) else { throw .mismatch }
        guard let bytes = Base64URL.decoded(submitted.utf8), bytes.count == 48 else { throw .invalid }
        let nonce = Array(bytes[..<16])
        let isValid = keys.contains { ConstantTime.equal(Self.code(session, nonce, $0), bytes[16...]) }
        guard isValid else { throw .invalid }
    }

    private static func code(_ session: String, _ nonce: [UInt8], _ key: KeyedDigest) -> [UInt8] {
        key.digest([Array("csrf".utf8), Array(session.utf8), nonce])
    }
}
