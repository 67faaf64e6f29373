import ErrorCatalog
import HTTPHardening
import Testing

@Suite struct JSONInputTests {
    private enum Provider: String, CaseIterable { case claude, openai }

    private func errors<Value>(_ body: String, _ fields: (inout JSONInput) -> Value) -> [String] {
        do {
            _ = try JSONInput.read(Array(body.utf8), fields)
            return []
        } catch {
            return error.fieldErrors.isEmpty ? [error.code] : error.fieldErrors.map { "\($0.pointer) \($0.rule.code)" }
        }
    }

    @Test func rightFieldsAreReadAndTrimmed() throws {
        let body =
            #"{"email":"Ann@Example.COM","password":"  secret  ","name":"  Ann  ","max":5,"stream":true,"provider":"openai","extra":[1]}"#
        try JSONInput.read(Array(body.utf8)) { input in
            #expect(input.email("email") == "ann@example.com")
            #expect(input.string("password", length: 1...72) == "  secret  ")
            #expect(input.optionalString("name", length: 1...10, trimmed: true) == "Ann")
            #expect(input.optionalInteger("max", in: 1...10) == 5)
            #expect(input.optionalBool("stream") == true)
            #expect(input.choice("provider", Provider.self) == .openai)
            #expect(input.optionalString("absent", length: 1...10) == nil)
        }
    }

    @Test func everythingWrongIsReportedAtOnce() {
        let body = #"{"email":"nobody","password":"x","name":7,"max":"5","big":99,"stream":1,"provider":"acme"}"#
        let found = errors(body) { input in
            _ = input.email("email")
            _ = input.string("password", length: 8...72)
            _ = input.string("name", length: 1...10)
            _ = input.optionalInteger("max", in: 1...10)
            _ = input.optionalInteger("big", in: 1...10)
            _ = input.optionalBool("stream")
            _ = input.choice("provider", Provider.self)
            _ = input.string("missing", length: 1...5)
        }
        #expect(
            found == [
                "/email INVALID_EMAIL", "/password TOO_SHORT", "/name INVALID_TYPE", "/max INVALID_TYPE", "/big OUT_OF_RANGE",
                "/stream INVALID_TYPE", "/provider NOT_ALLOWED", "/missing REQUIRED",
            ])
    }

    @Test(arguments: ["", "{", "nope", "{\"a\":1}x", "\u{0}", "{'a':1}", "{\"a\":\u{1}}", "{\"a\":01}", "{\"a\":\"\u{1}\"}"])
    func malformedJSONIsInvalidInput(body: String) {
        #expect(errors(body) { $0.optionalBool("a") } == ["INVALID_INPUT"])
    }

    @Test(arguments: ["[]", "1", "\"text\"", "null", "true"])
    func aDocumentThatIsNotAnObjectIsAValidationError(body: String) {
        #expect(errors(body) { $0.optionalBool("a") } == [" INVALID_TYPE"])
    }

    @Test func invalidUTF8AndDeepNestingAreRefused() {
        for body in [Array(#"{"a":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8), Array(String(repeating: "[", count: 100_000).utf8)] {
            #expect(throws: CatalogError.self) { try JSONInput.read(body) { $0.optionalBool("a") } }
        }
        let nested = #"{"a":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}"
        #expect(errors(nested) { $0.optionalBool("b") } == ["INVALID_INPUT"])
        #expect(errors(#"{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}"#) { $0.optionalBool("b") } == [])
    }

    @Test func lengthsAreCountedInCharactersAndBoundedInBytes() {
        #expect(errors(#"{"a":"مرحبا"}"#) { $0.string("a", length: 5...5) } == [])
        let zalgo = "a" + String(repeating: "\u{301}", count: 1000)
        #expect(errors("{\"a\":\"\(zalgo)\"}") { $0.string("a", length: 1...5) } == ["/a TOO_LONG"])
        #expect(errors(#"{"a":"x\u0000y"}"#) { $0.string("a", length: 1...5) } == ["/a NOT_ALLOWED"])
        #expect(errors(#"{"a":""}"#) { $0.string("a", length: 1...5) } == ["/a REQUIRED"])
        #expect(errors(#"{"a":null}"#) { $0.string("a", length: 1...5) } == ["/a REQUIRED"])
        #expect(errors(#"{"a":"   "}"#) { $0.string("a", length: 1...5, trimmed: true) } == ["/a REQUIRED"])
    }

    @Test func hugeAndFractionalNumbersAreOutOfRange() {
        for number in ["1.5", "1e400", "99999999999999999999", "-1", "9223372036854775807"] {
            let found = errors("{\"a\":\(number)}") { $0.optionalInteger("a", in: 0...10) }
            #expect(found == ["/a OUT_OF_RANGE"] || found == ["INVALID_INPUT"], "\(number)")
        }
    }

    @Test(arguments: [
        ("ann@example.com", "ann@example.com"), ("a.b+c@sub.example.co", "a.b+c@sub.example.co"), ("A@B.CD", "a@b.cd"),
    ])
    func mailableAddressesAreNormalised(text: String, normalized: String) {
        #expect(EmailAddress.normalized(text) == normalized)
    }

    @Test(arguments: [
        "", "@", "a@", "@b.c", "a@b", "a@@b.c", "a b@c.d", ".a@b.c", "a.@b.c", "a..b@c.d", "a@-b.c", "a@b-.c", "a@b..c", "a@[1.2.3.4]",
        "\"a\"@b.c",
        "a@b.c\n", "ä@b.c", "a@bä.c", String(repeating: "a", count: 65) + "@b.c", "a@" + String(repeating: "b", count: 64) + ".c",
    ])
    func otherTextsAreNotAddresses(text: String) {
        #expect(EmailAddress.normalized(text) == nil)
    }
}
