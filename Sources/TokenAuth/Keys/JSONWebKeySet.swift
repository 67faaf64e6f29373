import Crypto

extension KeySet {
    /// The public keys of the set as a JWK Set (RFC 7517 §5), for `/.well-known/jwks.json`.
    ///
    /// Staged keys are published ahead of their turn, retiring ones until they are dropped; compromised
    /// ones and every HMAC secret are left out, so that a set of HMAC keys publishes `{"keys":[]}`. Let
    /// verifiers cache it for less time than a key stays staged.
    public var jsonWebKeySet: String {
        let keys = ([active] + others.map(\.key)).compactMap { key -> String? in
            guard case .pair(let pair) = key.material else { return nil }
            // Ids and values are plain ASCII without quotation marks: nothing to escape.
            let members = pair.webKeyMembers + [("kid", key.id), ("alg", key.algorithm.name), ("use", "sig")]
            return "{" + members.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
        }
        return "{\"keys\":[" + keys.joined(separator: ",") + "]}"
    }
}

extension SigningKey {
    /// The SHA-256 thumbprint of a public key (RFC 7638), as base64url; nil for HMAC, whose secret it would betray.
    ///
    /// A stable id where nobody hands out ids: 43 characters that fit ``id``.
    public var thumbprint: String? {
        guard case .pair(let pair) = material else { return nil }
        let json = "{" + pair.webKeyMembers.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
        var text: [UInt8] = []
        Base64URL.encode(SHA256.hash(data: Array(json.utf8)), onto: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
