extension TokenError {
    /// Every rule a token can break, in the order they are checked within a step.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        // 1: size, bytes, dots
        case tooLarge = "TOKEN_TOO_LARGE"
        case badCharacter = "TOKEN_BAD_CHARACTER"
        case notThreeParts = "TOKEN_NOT_THREE_PARTS"
        case emptyPart = "TOKEN_EMPTY_PART"
        // 2: the header is one strict JSON object
        case headerEncoding = "TOKEN_HEADER_NOT_CANONICAL_BASE64URL"
        case headerNotUTF8 = "TOKEN_HEADER_NOT_UTF8"
        case headerNULCharacter = "TOKEN_HEADER_NUL_CHARACTER"
        case headerMalformed = "TOKEN_HEADER_MALFORMED_JSON"
        case headerNotAnObject = "TOKEN_HEADER_NOT_AN_OBJECT"
        case headerDuplicateMember = "TOKEN_HEADER_DUPLICATE_MEMBER"
        case headerTooDeep = "TOKEN_HEADER_TOO_DEEP"
        case headerTooManyMembers = "TOKEN_HEADER_TOO_MANY_MEMBERS"
        // 3: members that change what the rest means
        case criticalExtension = "TOKEN_CRITICAL_EXTENSION"
        case unencodedPayload = "TOKEN_UNENCODED_PAYLOAD"
        case compressed = "TOKEN_COMPRESSED"
        case encrypted = "TOKEN_ENCRYPTED"
        case embeddedKey = "TOKEN_EMBEDDED_KEY"
        case keyAddress = "TOKEN_KEY_ADDRESS"
        case certificate = "TOKEN_CERTIFICATE"
        // 4: the key
        case keyIDMissing = "TOKEN_KEY_ID_MISSING"
        case keyIDMalformed = "TOKEN_KEY_ID_MALFORMED"
        case keyUnknown = "TOKEN_KEY_UNKNOWN"
        case keyCompromised = "TOKEN_KEY_COMPROMISED"
        // 5: its algorithm and the length of the signature
        case algorithmMissing = "TOKEN_ALGORITHM_MISSING"
        case algorithmMalformed = "TOKEN_ALGORITHM_MALFORMED"
        case algorithmMismatch = "TOKEN_ALGORITHM_MISMATCH"
        case signatureEncoding = "TOKEN_SIGNATURE_NOT_CANONICAL_BASE64URL"
        case signatureLength = "TOKEN_SIGNATURE_LENGTH"
        // 6
        case signatureInvalid = "TOKEN_SIGNATURE_INVALID"
        // 7: the payload is one strict JSON object
        case payloadEncoding = "TOKEN_PAYLOAD_NOT_CANONICAL_BASE64URL"
        case payloadNotUTF8 = "TOKEN_PAYLOAD_NOT_UTF8"
        case payloadNULCharacter = "TOKEN_PAYLOAD_NUL_CHARACTER"
        case payloadMalformed = "TOKEN_PAYLOAD_MALFORMED_JSON"
        case payloadNotAnObject = "TOKEN_PAYLOAD_NOT_AN_OBJECT"
        case payloadDuplicateMember = "TOKEN_PAYLOAD_DUPLICATE_MEMBER"
        case payloadTooDeep = "TOKEN_PAYLOAD_TOO_DEEP"
        case payloadTooManyMembers = "TOKEN_PAYLOAD_TOO_MANY_MEMBERS"
        // 8: each claim is absent, valid or malformed
        case issuerMissing = "TOKEN_ISSUER_MISSING"
        case issuerMalformed = "TOKEN_ISSUER_MALFORMED"
        case audienceMissing = "TOKEN_AUDIENCE_MISSING"
        case audienceMalformed = "TOKEN_AUDIENCE_MALFORMED"
        case subjectMissing = "TOKEN_SUBJECT_MISSING"
        case subjectMalformed = "TOKEN_SUBJECT_MALFORMED"
        case issuedAtMissing = "TOKEN_ISSUED_AT_MISSING"
        case issuedAtMalformed = "TOKEN_ISSUED_AT_MALFORMED"
        case expiryMissing = "TOKEN_EXPIRY_MISSING"
        case expiryMalformed = "TOKEN_EXPIRY_MALFORMED"
        case idMissing = "TOKEN_ID_MISSING"
        case idMalformed = "TOKEN_ID_MALFORMED"
        case notBeforeMalformed = "TOKEN_NOT_BEFORE_MALFORMED"
        case sessionMalformed = "TOKEN_SESSION_MALFORMED"
        case scopeMalformed = "TOKEN_SCOPE_MALFORMED"
        // 9: meant for this service
        case typeMissing = "TOKEN_TYPE_MISSING"
        case typeMalformed = "TOKEN_TYPE_MALFORMED"
        case typeWrong = "TOKEN_TYPE_WRONG"
        case issuerWrong = "TOKEN_ISSUER_WRONG"
        case audienceWrong = "TOKEN_AUDIENCE_WRONG"
        // 10: time
        case expired = "TOKEN_EXPIRED"
        case notYetValid = "TOKEN_NOT_YET_VALID"
        case issuedInFuture = "TOKEN_ISSUED_IN_FUTURE"
        case expiresBeforeIssue = "TOKEN_EXPIRES_BEFORE_ISSUE"
        case lifetimeTooLong = "TOKEN_LIFETIME_TOO_LONG"
        case keyRetired = "TOKEN_KEY_RETIRED"
        // 11: revocation
        case keyRevoked = "TOKEN_REVOKED_WITH_KEY"
        case everythingRevoked = "TOKEN_REVOKED_WITH_ALL"
        case subjectRevoked = "TOKEN_REVOKED_WITH_SUBJECT"
        case sessionRevoked = "TOKEN_REVOKED_WITH_SESSION"
        case revoked = "TOKEN_REVOKED"
    }
}

extension TokenError.Rule {
    /// The step of the verification order, 1 to 11.
    public var step: Int {
        switch self {
        case .tooLarge, .badCharacter, .notThreeParts, .emptyPart: 1
        case .headerEncoding, .headerNotUTF8, .headerNULCharacter, .headerMalformed, .headerNotAnObject, .headerDuplicateMember,
            .headerTooDeep, .headerTooManyMembers:
            2
        case .criticalExtension, .unencodedPayload, .compressed, .encrypted, .embeddedKey, .keyAddress, .certificate: 3
        case .keyIDMissing, .keyIDMalformed, .keyUnknown, .keyCompromised: 4
        case .algorithmMissing, .algorithmMalformed, .algorithmMismatch, .signatureEncoding, .signatureLength: 5
        case .signatureInvalid: 6
        case .payloadEncoding, .payloadNotUTF8, .payloadNULCharacter, .payloadMalformed, .payloadNotAnObject, .payloadDuplicateMember,
            .payloadTooDeep, .payloadTooManyMembers:
            7
        case .issuerMissing, .issuerMalformed, .audienceMissing, .audienceMalformed, .subjectMissing, .subjectMalformed,
            .issuedAtMissing, .issuedAtMalformed, .expiryMissing, .expiryMalformed, .idMissing, .idMalformed, .notBeforeMalformed,
            .sessionMalformed, .scopeMalformed:
            8
        case .typeMissing, .typeMalformed, .typeWrong, .issuerWrong, .audienceWrong: 9
        case .expired, .notYetValid, .issuedInFuture, .expiresBeforeIssue, .lifetimeTooLong, .keyRetired: 10
        case .keyRevoked, .everythingRevoked, .subjectRevoked, .sessionRevoked, .revoked: 11
        }
    }

    /// One sentence for the developer who holds the token.
    public var explanation: String {
        switch self {
        case .tooLarge: "the token is larger than \(CompactToken.maximumByteCount) bytes"
        case .badCharacter: "the token has a byte that is neither base64url nor a dot; a leftover \"Bearer \" or line break?"
        case .notThreeParts: "the token does not have exactly two dots"
        case .emptyPart: "one of the three parts is empty"
        case .headerEncoding: "the header is not canonical unpadded base64url"
        case .headerNotUTF8: "the header is not UTF-8"
        case .headerNULCharacter: "the header contains a NUL"
        case .headerMalformed: "the header is not JSON"
        case .headerNotAnObject: "the header is JSON but no object"
        case .headerDuplicateMember: "the header has a member twice"
        case .headerTooDeep: "the header is nested too deeply"
        case .headerTooManyMembers: "the header has too many members"
        case .criticalExtension: "the header demands an extension (crit); none is supported"
        case .unencodedPayload: "the header asks for an unencoded payload (b64)"
        case .compressed: "the header asks for decompression (zip)"
        case .encrypted: "the token is encrypted (enc); signed tokens are expected"
        case .embeddedKey: "the header brings its own key (jwk)"
        case .keyAddress: "the header says where to fetch the key (jku)"
        case .certificate: "the header brings or names a certificate (x5…)"
        case .keyIDMissing: "the header names no key (kid); there is no default key"
        case .keyIDMalformed: "the key id (kid) is no string of 1 to 128 bytes"
        case .keyUnknown: "the key id (kid) is not in the key set: signed elsewhere, or the key was dropped"
        case .keyCompromised: "the key is marked as compromised"
        case .algorithmMissing: "the header names no algorithm (alg)"
        case .algorithmMalformed: "the algorithm (alg) is no string"
        case .algorithmMismatch: "the algorithm (alg) is not the one of the key"
        case .signatureEncoding: "the signature is not canonical unpadded base64url"
        case .signatureLength: "the signature does not have the length of the algorithm"
        case .signatureInvalid: "the signature does not match: altered, or signed with another secret under this key id"
        case .payloadEncoding: "the payload is not canonical unpadded base64url"
        case .payloadNotUTF8: "the payload is not UTF-8"
        case .payloadNULCharacter: "the payload contains a NUL"
        case .payloadMalformed: "the payload is not JSON"
        case .payloadNotAnObject: "the payload is JSON but no object"
        case .payloadDuplicateMember: "the payload has a member twice"
        case .payloadTooDeep: "the payload is nested too deeply"
        case .payloadTooManyMembers: "the payload has too many members"
        case .issuerMissing: "the issuer (iss) is missing"
        case .issuerMalformed: "the issuer (iss) is no string of 1 to 256 bytes"
        case .audienceMissing: "the audience (aud) is missing"
        case .audienceMalformed: "the audience (aud) is neither a string nor a non-empty list of strings of 1 to 256 bytes"
        case .subjectMissing: "the subject (sub) is missing"
        case .subjectMalformed: "the subject (sub) is no string of 1 to 256 bytes"
        case .issuedAtMissing: "the time of issue (iat) is missing"
        case .issuedAtMalformed: "the time of issue (iat) is no whole number of seconds since 1970"
        case .expiryMissing: "the expiry (exp) is missing"
        case .expiryMalformed: "the expiry (exp) is no whole number of seconds since 1970"
        case .idMissing: "the token id (jti) is missing, so that the token could not be revoked"
        case .idMalformed: "the token id (jti) is neither 16 bytes of base64url nor a UUID"
        case .notBeforeMalformed: "the start (nbf) is no whole number of seconds since 1970"
        case .sessionMalformed: "the session (sid) is no string of 1 to 128 bytes"
        case .scopeMalformed: "the scope is no string of at most 1024 bytes"
        case .typeMissing: "the header has no type (typ)"
        case .typeMalformed: "the type (typ) is no string"
        case .typeWrong: "the type (typ) is not one this service accepts"
        case .issuerWrong: "the token was issued by somebody else (iss)"
        case .audienceWrong: "the token is meant for another service (aud)"
        case .expired: "the token has expired"
        case .notYetValid: "the token is not valid yet (nbf)"
        case .issuedInFuture: "the token was issued in the future (iat): a clock is wrong"
        case .expiresBeforeIssue: "the token expires (exp) no later than it was issued (iat)"
        case .lifetimeTooLong: "the token lives longer than this service allows"
        case .keyRetired: "the token claims to be issued (iat) after its key was retired"
        case .keyRevoked: "everything the key had signed by then has been revoked"
        case .everythingRevoked: "every token issued by then has been revoked"
        case .subjectRevoked: "every token the subject had by then has been revoked"
        case .sessionRevoked: "the session has ended"
        case .revoked: "the token has been revoked"
        }
    }

    /// Declaration order, which is the order of checking.
    func isBefore(_ other: Self) -> Bool {
        (Self.allCases.firstIndex(of: self) ?? 0) < (Self.allCases.firstIndex(of: other) ?? 0)
    }

    static func inHeader(_ fault: JSONFault) -> Self {
        switch fault {
        case .notUTF8: .headerNotUTF8
        case .nulCharacter: .headerNULCharacter
        case .malformed: .headerMalformed
        case .notAnObject: .headerNotAnObject
        case .duplicateMember: .headerDuplicateMember
        case .tooDeep: .headerTooDeep
        case .tooManyMembers: .headerTooManyMembers
        }
    }

    static func inPayload(_ fault: JSONFault) -> Self {
        switch fault {
        case .notUTF8: .payloadNotUTF8
        case .nulCharacter: .payloadNULCharacter
        case .malformed: .payloadMalformed
        case .notAnObject: .payloadNotAnObject
        case .duplicateMember: .payloadDuplicateMember
        case .tooDeep: .payloadTooDeep
        case .tooManyMembers: .payloadTooManyMembers
        }
    }
}
