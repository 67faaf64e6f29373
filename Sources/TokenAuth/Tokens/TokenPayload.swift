/// The claims of a payload, read but not judged: step 7 of the verification order.
///
/// Borrows the bytes.
struct TokenPayload {
    enum Field<Value> {
        case absent
        case valid(Value)
        case malformed
    }

    var issuer = Field<JSONText>.absent
    /// Whether the audience of this service is among those named.
    var audience = Field<Bool>.absent
    var subject = Field<JSONText>.absent
    var id = Field<TokenID>.absent
    /// Seconds since 1970, like the two that follow.
    var issuedAt = Field<Int64>.absent
    var expiry = Field<Int64>.absent
    var notBefore = Field<Int64>.absent
    var session = Field<JSONText>.absent
    var scope = Field<JSONText>.absent

    init(json: UnsafeRawBufferPointer, audience wanted: UnsafeRawBufferPointer) throws(JSONFault) {
        var reader = JSONReader(json)
        var seen: UInt16 = 0
        try reader.openObject()
        while let name = try reader.nextMember() {
            guard let claim = Name(name) else {
                try reader.refuseDuplicate(name)
                _ = try reader.value()
                continue
            }
            guard seen & claim.bit == 0 else { throw .duplicateMember }
            seen |= claim.bit
            if claim == .audience {
                audience = try Self.audience(&reader, wanted: wanted)
            } else {
                set(claim, try reader.value())
            }
        }
        try reader.finish()
    }

    @inline(__always)
    private mutating func set(_ claim: Name, _ value: JSONValue) {
        switch claim {
        case .issuer: issuer = Self.text(value, 1...Claims.maximumNameBytes)
        case .subject: subject = Self.text(value, 1...Claims.maximumNameBytes)
        case .session: session = Self.text(value, 1...Claims.maximumSessionBytes)
        case .scope: scope = Self.text(value, 0...Claims.maximumScopeBytes)
        case .issuedAt: issuedAt = Self.seconds(value)
        case .expiry: expiry = Self.seconds(value)
        case .notBefore: notBefore = Self.seconds(value)
        case .id: id = Self.tokenID(value)
        case .audience: break
        }
    }

    @inline(__always)
    private static func text(_ value: JSONValue, _ lengths: ClosedRange<Int>) -> Field<JSONText> {
        guard case .text(let text) = value, lengths.contains(text.byteCount) else { return .malformed }
        return .valid(text)
    }

    /// NumericDate of RFC 7519 §2, whole seconds only: nobody issues fractions, and two readers round them differently.
    @inline(__always)
    private static func seconds(_ value: JSONValue) -> Field<Int64> {
        guard case .integer(let seconds) = value, (0...Claims.latestSecond).contains(seconds) else { return .malformed }
        return .valid(seconds)
    }

    private static func tokenID(_ value: JSONValue) -> Field<TokenID> {
        guard case .text(let text) = value, !text.hasEscapes, let id = TokenID(utf8: text.bytes) else { return .malformed }
        return .valid(id)
    }

    private static func audience(_ reader: inout JSONReader, wanted: UnsafeRawBufferPointer) throws(JSONFault) -> Field<Bool> {
        func matches(_ value: JSONValue) -> Bool? {
            guard case .valid(let text) = text(value, 1...Claims.maximumNameBytes) else { return nil }
            return text.equals(wanted)
        }
        guard reader.startsArray() else {
            return matches(try reader.value()).map { .valid($0) } ?? .malformed
        }
        var count = 0
        var isMalformed = false
        var isNamed = false
        try reader.array { element in
            count += 1
            switch matches(element) {
            case nil: isMalformed = true
            case let match?: isNamed = isNamed || match
            }
        }
        return isMalformed || !(1...Claims.maximumAudiences).contains(count) ? .malformed : .valid(isNamed)
    }
}

extension TokenPayload {
    /// The names that mean something here.
    private enum Name: UInt16 {
        case issuer, audience, subject, id, issuedAt, expiry, notBefore, session, scope

        var bit: UInt16 { 1 << rawValue }

        @inline(__always)
        init?(_ name: JSONText) {
            guard let packed = name.packed else { return nil }
            switch packed {
            case Self.pack("i", "s", "s"): self = .issuer
            case Self.pack("a", "u", "d"): self = .audience
            case Self.pack("s", "u", "b"): self = .subject
            case Self.pack("j", "t", "i"): self = .id
            case Self.pack("i", "a", "t"): self = .issuedAt
            case Self.pack("e", "x", "p"): self = .expiry
            case Self.pack("n", "b", "f"): self = .notBefore
            case Self.pack("s", "i", "d"): self = .session
            case Self.pack("s", "c", "o", "p", "e"): self = .scope
            default: return nil
            }
        }

        /// The word that ``JSONText/packed`` makes of these characters; folded to a constant.
        @inline(__always)
        private static func pack(
            _ a: Unicode.Scalar, _ b: Unicode.Scalar, _ c: Unicode.Scalar, _ d: Unicode.Scalar = "\0", _ e: Unicode.Scalar = "\0"
        ) -> UInt64 {
            UInt64(a.value) | UInt64(b.value) << 8 | UInt64(c.value) << 16 | UInt64(d.value) << 24 | UInt64(e.value) << 32
        }
    }
}
