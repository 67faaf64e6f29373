import HardeningCore
import Testing
import TokenAuth

/// Every rule of the documented order, with the token that breaks it.
struct VerificationOrderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: TokenError.Rule
        let token: String
        var testDescription: String { rule.rawValue }
    }

    static func header(_ members: String) -> String { Fixture.sign(header: members) }
    static func payload(_ changes: (String, String?)...) -> String { Fixture.sign(payload: Fixture.payload(changes)) }
    static func header(adding member: String) -> String {
        header(#"{"alg":"HS256","kid":"k1","typ":"at+jwt",\#(member)}"#)
    }
    static func members(_ count: Int) -> String { (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") }
    static func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }

    static let good = Fixture.sign()
    static let parts = good.split(separator: ".").map(String.init)
    static let now = Fixture.start
    static let notUTF8: [UInt8] = Array("{\"a\":\"".utf8) + [0xc0, 0xaf, 0x22, 0x7d]
    static let notUTF8Header = Fixture.sign(header: notUTF8, payload: notUTF8)
    static let notUTF8Payload = Fixture.sign(header: Array(Fixture.header.utf8), payload: notUTF8)
    /// Made longer to a length that no encoding has.
    static func impossible(_ text: String) -> String { text + String(repeating: "A", count: (5 - text.utf8.count % 4) % 4) }
    static func withSignature(_ signature: String) -> String { "\(parts[0]).\(parts[1]).\(signature)" }
    static func payloadEnding(_ text: String) -> String { "\(Fixture.payload().dropLast()),\(text)" }

    static let cases: [Case] = table.map { Case(rule: $0.0, token: $0.1) }

    static let table: [(TokenError.Rule, String)] = shape + headers + signatures + payloads + claims + meaning

    static let shape: [(TokenError.Rule, String)] = [
        (.tooLarge, String(repeating: "A", count: 8_193)),
        (.badCharacter, good.replacing(".", with: ".=", maxReplacements: 1)),
        (.badCharacter, "Bearer " + good),
        (.badCharacter, good + "\n"),
        (.notThreeParts, ""),
        (.notThreeParts, "\(parts[0]).\(parts[1])"),
        (.notThreeParts, good + "."),
        (.emptyPart, ".\(parts[1]).\(parts[2])"),
        (.emptyPart, "\(parts[0])..\(parts[2])"),
        (.emptyPart, withSignature("")),
    ]

    static let headers: [(TokenError.Rule, String)] = [
        (.headerEncoding, Fixture.sign(encoded: "\(impossible(parts[0])).AAAA")),
        (.headerNotUTF8, notUTF8Header),
        (.headerNULCharacter, header(#"{"alg":"HS256\u0000","kid":"k1"}"#)),
        (.headerMalformed, header(#"{"alg":"HS256","kid":"k1",}"#)),
        (.headerMalformed, header(Fixture.header + "{}")),
        (.headerNotAnObject, header(#"["alg","HS256"]"#)),
        (.headerDuplicateMember, header(adding: #""alg":"none""#)),
        (.headerDuplicateMember, header(adding: #""\u0061lg":"none""#)),
        (.headerTooDeep, header(adding: #""a":\#(nested(5))"#)),
        (.headerTooManyMembers, header(adding: members(40))),
        (.criticalExtension, header(adding: #""crit":["exp"]"#)),
        (.unencodedPayload, header(adding: #""b64":false"#)),
        (.compressed, header(adding: #""zip":"DEF""#)),
        (.encrypted, header(adding: #""enc":"A256GCM""#)),
        (.embeddedKey, header(adding: #""jwk":{"kty":"oct","k":"AAAA"}"#)),
        (.keyAddress, header(adding: #""jku":"https://evil.example/keys""#)),
        (.certificate, header(adding: #""x5c":[]"#)),
        (.certificate, header(adding: #""x5t#S256":"AAAA""#)),
        (.keyIDMissing, header(#"{"alg":"HS256","typ":"at+jwt"}"#)),
        (.keyIDMalformed, header(#"{"alg":"HS256","kid":1,"typ":"at+jwt"}"#)),
        (.keyUnknown, header(#"{"alg":"HS256","kid":"k2","typ":"at+jwt"}"#)),
        (.keyUnknown, header(#"{"alg":"HS256","kid":"../../dev/null","typ":"at+jwt"}"#)),
        (.keyCompromised, header(#"{"alg":"HS256","kid":"stolen","typ":"at+jwt"}"#)),
        (.algorithmMissing, header(#"{"kid":"k1","typ":"at+jwt"}"#)),
        (.algorithmMalformed, header(#"{"alg":null,"kid":"k1","typ":"at+jwt"}"#)),
        (.algorithmMismatch, header(#"{"alg":"none","kid":"k1","typ":"at+jwt"}"#)),
        (.algorithmMismatch, header(#"{"alg":"hs256","kid":"k1","typ":"at+jwt"}"#)),
        (.algorithmMismatch, header(#"{"alg":"HS512","kid":"k1","typ":"at+jwt"}"#)),
    ]

    static let signatures: [(TokenError.Rule, String)] = [
        (.signatureEncoding, withSignature(String(parts[2].dropLast()) + "B")),
        (.signatureLength, withSignature(String(parts[2].dropLast(3)))),
        (.signatureLength, withSignature(String(repeating: parts[2], count: 3))),
        (.signatureInvalid, Fixture.sign(secret: Fixture.retiringBytes)),
    ]

    static let payloads: [(TokenError.Rule, String)] = [
        (.payloadEncoding, Fixture.sign(encoded: "\(parts[0]).\(impossible(parts[1]))")),
        (.payloadNotUTF8, notUTF8Payload),
        (.payloadNULCharacter, Fixture.sign(payload: Fixture.payload() + "\u{0}")),
        (.payloadMalformed, Fixture.sign(payload: "{")),
        (.payloadMalformed, payload(("exp", "01"))),
        (.payloadNotAnObject, Fixture.sign(payload: "\"iss\"")),
        (.payloadDuplicateMember, Fixture.sign(payload: payloadEnding(#""exp":9999999999}"#))),
        (.payloadDuplicateMember, Fixture.sign(payload: payloadEnding(#""\u0065xp":9999999999}"#))),
        (.payloadDuplicateMember, payload(("a", "{\"b\":1,\"b\":2}"))),
        (.payloadTooDeep, payload(("a", nested(9)))),
        (.payloadTooManyMembers, Fixture.sign(payload: payloadEnding(members(80) + "}"))),
    ]

    static let claims: [(TokenError.Rule, String)] = [
        (.issuerMissing, payload(("iss", nil))),
        (.issuerMalformed, payload(("iss", "[\"\(Fixture.issuer)\"]"))),
        (.audienceMissing, payload(("aud", nil))),
        (.audienceMalformed, payload(("aud", "[]"))),
        (.audienceMalformed, payload(("aud", "[\"api\",1]"))),
        (.audienceMalformed, payload(("aud", "null"))),
        (.subjectMissing, payload(("sub", nil))),
        (.subjectMalformed, payload(("sub", "\"\""))),
        (.subjectMalformed, payload(("sub", "42"))),
        (.subjectMalformed, payload(("sub", "\"\(String(repeating: "s", count: 257))\""))),
        (.issuedAtMissing, payload(("iat", nil))),
        (.issuedAtMalformed, payload(("iat", "\"\(now)\""))),
        (.issuedAtMalformed, payload(("iat", "-1"))),
        (.expiryMissing, payload(("exp", nil))),
        (.expiryMalformed, payload(("exp", "\(now + 900).5"))),
        (.expiryMalformed, payload(("exp", "1e30"))),
        (.expiryMalformed, payload(("exp", "99999999999999999999999"))),
        (.expiryMalformed, payload(("exp", "null"))),
        (.idMissing, payload(("jti", nil))),
        (.idMalformed, payload(("jti", "\"1\""))),
        (.idMalformed, payload(("jti", "\"AAECAwQFBgcICQoLDA0OD1\""))),
        (.idMalformed, payload(("jti", "\"00010203-0405-0607-0809-0a0b0c0d0e0\""))),
        (.notBeforeMalformed, payload(("nbf", "false"))),
        (.sessionMalformed, payload(("sid", "7"))),
        (.scopeMalformed, payload(("scope", "[\"chat\"]"))),
    ]

    static let meaning: [(TokenError.Rule, String)] = [
        (.typeMissing, header(#"{"alg":"HS256","kid":"k1"}"#)),
        (.typeMalformed, header(#"{"alg":"HS256","kid":"k1","typ":["at+jwt"]}"#)),
        (.typeWrong, header(#"{"alg":"HS256","kid":"k1","typ":"JWT"}"#)),
        (.typeWrong, header(#"{"alg":"HS256","kid":"k1","typ":"AT+JWT"}"#)),
        (.issuerWrong, payload(("iss", "\"\(Fixture.issuer)/\""))),
        (.audienceWrong, payload(("aud", "\"ap\""))),
        (.audienceWrong, payload(("aud", "[\"api2\",\"API\"]"))),
        (.expired, payload(("iat", "\(now - 1_000)"), ("exp", "\(now - 30)"))),
        (.notYetValid, payload(("nbf", "\(now + 31)"))),
        (.issuedInFuture, payload(("iat", "\(now + 31)"))),
        (.expiresBeforeIssue, payload(("iat", "\(now)"), ("exp", "\(now)"))),
        (.lifetimeTooLong, payload(("exp", "\(now + 86_401)"))),
        (.keyRetired, Fixture.sign(header: #"{"alg":"HS256","kid":"kr","typ":"at+jwt"}"#, secret: Fixture.retiredBytes)),
    ]

    @Test(arguments: cases)
    func `every broken rule refuses with its own code`(_ example: Case) throws {
        let fixture = try Fixture()
        #expect(fixture.refusal(example.token) == example.rule)
    }

    @Test func `every rule before revocation has such a token`() {
        let shown = Set(Self.cases.map(\.rule))
        let missing = TokenError.Rule.allCases.filter { $0.step < 11 && !shown.contains($0) }
        #expect(missing.isEmpty)
    }

    @Test func `the unbroken token is accepted`() throws {
        let fixture = try Fixture()
        let verified = try fixture.service.verify(Self.good)
        #expect(verified.subject == "user-42")
        #expect(verified.issuer == Fixture.issuer)
        #expect(verified.audience == "api")
        #expect(verified.keyID == "k1")
        #expect(verified.issuedAt == Timestamp(secondsSince1970: Fixture.start))
        #expect(verified.expiresAt == Timestamp(secondsSince1970: Fixture.start + 900))
        #expect(verified.id.description == "AAECAwQFBgcICQoLDA0ODw")
        #expect(try fixture.service.verify(Substring(Self.good)) == verified)
    }

    /// A token that breaks rules of two steps; the earlier one must answer, so that nothing of a later step was looked at.
    @Test(arguments: [
        (1, Fixture.sign(header: "{").replacing(".", with: "!.", maxReplacements: 1)),
        (2, Fixture.sign(header: #"{"crit":[]"#)),
        (3, Fixture.sign(header: #"{"crit":[],"kid":"k9"}"#)),
        (4, Fixture.sign(header: #"{"alg":"none","kid":"k9"}"#)),
        (5, Fixture.sign(header: #"{"alg":"none","kid":"k1"}"#, secret: Fixture.retiringBytes)),
        (6, Fixture.sign(payload: "{", secret: Fixture.retiringBytes)),
        (7, Fixture.sign(payload: #"{"exp":"","#)),
        (8, Fixture.sign(header: #"{"alg":"HS256","kid":"k1"}"#, payload: Fixture.payload([("exp", "1"), ("jti", "1")]))),
        (9, Fixture.sign(header: #"{"alg":"HS256","kid":"k1"}"#, payload: Fixture.payload([("exp", "1")]))),
    ])
    func `the earlier of two broken rules answers`(_ step: Int, _ token: String) throws {
        let fixture = try Fixture()
        #expect(fixture.refusal(token)?.step == step)
    }

    @Test func `forbidden members answer in the documented order`() throws {
        let fixture = try Fixture()
        let token = Self.header(#"{"x5u":"","jku":"","jwk":{},"enc":"","zip":"","b64":true,"crit":[]}"#)
        #expect(fixture.refusal(token) == .criticalExtension)
    }

    @Test func `codes are unique and say nothing of the token`() throws {
        let fixture = try Fixture()
        #expect(Set(TokenError.Rule.allCases.map(\.rawValue)).count == TokenError.Rule.allCases.count)
        for example in Self.cases {
            let why = fixture.service.why(example.token)
            #expect(why.hasPrefix(example.rule.rawValue))
            #expect(!why.contains("user-42") && !why.contains("eyJ") && !why.contains("evil"))
        }
        #expect(fixture.service.why(Self.good) == "the token is valid")
    }
}
