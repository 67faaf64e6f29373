/// The members of a header that decide anything.
///
/// Reading it is step 2 of the verification order.
struct TokenHeader {
    enum Field: Equatable {
        case absent
        case text(String)
        case malformed
    }

    var keyID = Field.absent
    var algorithm = Field.absent
    var type = Field.absent
    /// Step 3: the first member, in the order of the rules, that must not be there.
    var refusedMember: TokenError.Rule?

    /// - Throws: ``TokenError`` when the bytes are not canonical base64url of one strict JSON object.
    init(encoded: UnsafeRawBufferPointer) throws(TokenError) {
        self = try EncodedDocument.read(encoded, encodingRule: .headerEncoding) { bytes in
            do throws(JSONFault) {
                return .success(try TokenHeader(json: bytes))
            } catch {
                return .failure(TokenError(.inHeader(error)))
            }
        }
    }

    private init(json: UnsafeRawBufferPointer) throws(JSONFault) {
        var reader = JSONReader(json, maximumDepth: 4, maximumMembers: 32)
        try reader.openObject()
        while let name = try reader.nextMember() {
            // A header that is not our own is rare: every name goes the general way.
            try reader.refuseDuplicate(name)
            let value = try reader.value()
            if name.equals("kid") {
                keyID = Self.field(value)
            } else if name.equals("alg") {
                algorithm = Self.field(value)
            } else if name.equals("typ") {
                type = Self.field(value)
            } else if let rule = Self.refusal(of: name), refusedMember.map({ rule.isBefore($0) }) ?? true {
                refusedMember = rule
            }
        }
        try reader.finish()
    }

    private static func field(_ value: JSONValue) -> Field {
        guard case .text(let text) = value, (1...128).contains(text.byteCount) else { return .malformed }
        return .text(text.string())
    }

    private static func refusal(of name: JSONText) -> TokenError.Rule? {
        if name.equals("crit") { return .criticalExtension }
        if name.equals("b64") { return .unencodedPayload }
        if name.equals("zip") { return .compressed }
        if name.equals("enc") { return .encrypted }
        if name.equals("jwk") { return .embeddedKey }
        if name.equals("jku") { return .keyAddress }
        return name.hasPrefix("x5") ? .certificate : nil
    }
}
