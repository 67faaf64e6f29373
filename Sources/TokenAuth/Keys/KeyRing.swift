import HardeningCore

/// A ``KeySet`` prepared for use: keyed MACs, encoded headers, revocation fingerprints.
///
/// Immutable.
final class KeyRing: Sendable {
    /// One key with everything about it that does not change from token to token.
    final class Entry: Sendable {
        let id: String
        let state: KeyState
        let canVerify: Bool
        let algorithm: TokenAlgorithm
        /// For HMAC; both this and ``pair`` are nil for a compromised key, which is refused before they could be needed.
        let mac: MACContext?
        /// For ES256 and EdDSA.
        let pair: AsymmetricKey?
        /// Tokens issued after it are refused.
        let lastIssue: Timestamp?
        /// The encoded header of the tokens this service issues under the key.
        let issuedHeader: [UInt8]
        /// What the full reading of `issuedHeader` found, so that equal bytes need not be read again.
        let issuedHeaderTypeFault: TokenError.Rule?
        let fingerprint: UInt64

        init(id: String, state: KeyState, key: SigningKey?, profile: TokenTypeProfile, fingerprints: IssuerFingerprints) {
            self.id = id
            self.state = state
            canVerify = state != .compromised
            algorithm = key?.algorithm ?? .hs256
            lastIssue = key?.lastIssue
            switch key?.material {
            case .secret(let secret):
                mac = MACContext(algorithm, secret: secret)
                pair = nil
            case .pair(let key):
                mac = nil
                pair = key
            case nil:
                mac = nil
                pair = nil
            }
            // Names and ids are plain ASCII, checked by KeySet: nothing to escape.
            let header = "{\"alg\":\"\(algorithm.name)\",\"kid\":\"\(id)\",\"typ\":\"\(profile.issued)\"}"
            var encoded: [UInt8] = []
            Base64URL.encode(header.utf8, onto: &encoded)
            issuedHeader = encoded
            issuedHeaderTypeFault = profile.fault(of: .text(profile.issued))
            fingerprint = fingerprints.key(id)
        }

        /// The signature has the right length.
        @inline(__always)
        func isValid(_ signature: UnsafeRawBufferPointer, for message: UnsafeRawBufferPointer) -> Bool {
            if let mac { return mac.isValid(signature, for: message) }
            return pair?.isValid(signature, for: message) ?? false
        }

        /// Empty only for a key that cannot sign, which ``KeySet`` does not make active.
        func signature(of message: UnsafeRawBufferPointer) -> [UInt8] {
            mac?.code(of: message) ?? pair?.signature(of: message) ?? []
        }
    }

    /// What the first five steps learn from a header.
    struct Match {
        let entry: Entry
        let algorithmFault: TokenError.Rule?
        let typeFault: TokenError.Rule?
    }

    let active: Entry
    private let entries: [Entry]
    private let profile: TokenTypeProfile

    init(_ keys: KeySet, profile: TokenTypeProfile, fingerprints: IssuerFingerprints) {
        func entry(_ id: String, _ state: KeyState, _ key: SigningKey?) -> Entry {
            Entry(id: id, state: state, key: key, profile: profile, fingerprints: fingerprints)
        }
        active = entry(keys.active.id, .active, keys.active)
        entries =
            [active] + keys.others.map { entry($0.key.id, $0.state, $0.key) } + keys.compromised.map { entry($0, .compromised, nil) }
        self.profile = profile
    }

    /// Steps 2 to 4 of the verification order, and what step 5 and 9 need from the header.
    func match(encodedHeader: UnsafeRawBufferPointer) throws(TokenError) -> Match {
        for entry in entries where entry.canVerify && Self.isEqual(entry.issuedHeader, encodedHeader) {
            return Match(entry: entry, algorithmFault: nil, typeFault: entry.issuedHeaderTypeFault)
        }
        let header = try TokenHeader(encoded: encodedHeader)
        if let rule = header.refusedMember { throw TokenError(rule) }
        let id: String
        switch header.keyID {
        case .absent: throw TokenError(.keyIDMissing)
        case .malformed: throw TokenError(.keyIDMalformed)
        case .text(let text): id = text
        }
        guard let entry = entries.first(where: { $0.id == id }) else { throw TokenError(.keyUnknown) }
        guard entry.canVerify else { throw TokenError(.keyCompromised) }
        let algorithmFault: TokenError.Rule? =
            switch header.algorithm {
            case .absent: .algorithmMissing
            case .malformed: .algorithmMalformed
            case .text(let name): name == entry.algorithm.name ? nil : .algorithmMismatch
            }
        return Match(entry: entry, algorithmFault: algorithmFault, typeFault: profile.fault(of: header.type))
    }

    @inline(__always)
    private static func isEqual(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
        left.withUnsafeBytes { ByteComparison.equal($0, right) }
    }
}
