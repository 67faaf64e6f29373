import HardeningCore

/// Proof that a value passed every check of a verification.
///
/// Only `verify` makes one.
///
/// A handler that takes `Verified<Claims>` cannot be called with claims that merely were decoded.
/// Properties of the value are reached directly: `verified.subject`.
@dynamicMemberLookup
public struct Verified<Value: Sendable>: Sendable {
    public let value: Value

    /// Called by the verifications of this library alone.
    init(_ value: Value) {
        self.value = value
    }

    public subscript<Member>(dynamicMember member: KeyPath<Value, Member>) -> Member {
        value[keyPath: member]
    }
}

extension Verified: Equatable where Value: Equatable {}
extension Verified: Hashable where Value: Hashable {}

extension TokenService {
    /// Checks a token by the eleven steps, in order, and stops at the first rule it breaks.
    ///
    /// 1 size, bytes, dots · 2 strict header · 3 forbidden members · 4 key · 5 algorithm and length of
    /// the signature · 6 MAC or signature over the bytes as they arrived, in constant time · 7 strict payload ·
    /// 8 claims · 9 type, issuer, audience · 10 times · 11 revocation. Nothing stored is consulted
    /// before the MAC has matched. Synchronous: no suspension, no hop.
    ///
    /// - Parameter token: the token alone, without `Bearer `.
    /// - Throws: ``TokenError``.
    /// - Complexity: O(n) in the token, which is bounded; constant in the number of revoked tokens.
    public func verify(_ token: String) throws(TokenError) -> Verified<Claims> {
        // The size first: a token of megabytes is not even copied.
        guard token.utf8.count <= CompactToken.maximumByteCount else { throw TokenError(.tooLarge) }
        let result = token.utf8.withContiguousStorageIfAvailable { verification(of: UnsafeRawBufferPointer($0)) }
        return try (result ?? Array(token.utf8).withUnsafeBytes { verification(of: $0) }).get()
    }

    /// ``verify(_:)-(String)`` for a part of a header field.
    public func verify(_ token: Substring) throws(TokenError) -> Verified<Claims> {
        guard token.utf8.count <= CompactToken.maximumByteCount else { throw TokenError(.tooLarge) }
        let result = token.utf8.withContiguousStorageIfAvailable { verification(of: UnsafeRawBufferPointer($0)) }
        return try (result ?? Array(token.utf8).withUnsafeBytes { verification(of: $0) }).get()
    }

    /// ``verify(_:)-(String)`` for bytes that need not be text.
    package func verify(bytes: UnsafeRawBufferPointer) throws(TokenError) -> Verified<Claims> {
        try verification(of: bytes).get()
    }

    private func verification(of bytes: UnsafeRawBufferPointer) -> Result<Verified<Claims>, TokenError> {
        do throws(TokenError) {
            return .success(Verified(try check(bytes, ring: currentRing, now: now)))
        } catch {
            return .failure(error)
        }
    }

    /// The whole decision; `ring` and `now` are arguments.
    private func check(_ bytes: UnsafeRawBufferPointer, ring: KeyRing, now: Timestamp) throws(TokenError) -> Claims {
        let token = try CompactToken(bytes)
        let match = try ring.match(encodedHeader: token.header)
        if let fault = match.algorithmFault { throw TokenError(fault) }
        try checkSignature(of: token, by: match.entry)
        let claims = try EncodedDocument.read(token.payload, encodingRule: .payloadEncoding) { json in
            self.claims(from: json, match)
        }
        try policy.checkTimes(of: claims, now: now)
        if let last = match.entry.lastIssue, claims.issuedAt > last { throw TokenError(.keyRetired) }
        if let rule = revocations.refusal(of: claims, key: match.entry.fingerprint, fingerprints) { throw TokenError(rule) }
        return claims
    }

    /// The rest of step 5, and step 6.
    private func checkSignature(of token: CompactToken, by key: KeyRing.Entry) throws(TokenError) {
        var storage: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        let rule = withUnsafeMutableBytes(of: &storage) { buffer -> TokenError.Rule? in
            // Longer than the longest signature: no need to decode it to know.
            guard token.signature.count <= 86 else { return .signatureLength }
            guard let count = Base64URL.decode(token.signature, into: buffer) else { return .signatureEncoding }
            guard count == key.algorithm.signatureByteCount else { return .signatureLength }
            let signature = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            return key.isValid(signature, for: token.signed) ? nil : .signatureInvalid
        }
        if let rule { throw TokenError(rule) }
    }

    /// Steps 7 to 9.
    private func claims(from json: UnsafeRawBufferPointer, _ match: KeyRing.Match) -> Result<Claims, TokenError> {
        let payload: TokenPayload
        do throws(JSONFault) {
            let read = policy.audience.utf8.withContiguousStorageIfAvailable { audience -> Result<TokenPayload, JSONFault> in
                do throws(JSONFault) {
                    return .success(try TokenPayload(json: json, audience: UnsafeRawBufferPointer(audience)))
                } catch {
                    return .failure(error)
                }
            }
            guard let read else { return .failure(TokenError(.audienceWrong)) }
            payload = try read.get()
        } catch {
            return .failure(TokenError(.inPayload(error)))
        }
        do throws(TokenError) {
            return .success(try policy.claims(from: payload, typeFault: match.typeFault, keyID: match.entry.id))
        } catch {
            return .failure(error)
        }
    }
}
