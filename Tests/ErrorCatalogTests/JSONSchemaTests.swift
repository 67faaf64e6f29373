import Testing

/// The instruments of the other tests are held to their own faults first.
@Suite struct JSONSchemaTests {
    @Test(arguments: [
        "", " ", "{", "{}}", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{a:1}", "[1,]", "[1 2]", "01", "-", "1.", ".5", "1e", "+1", "NaN", "tru",
        "\"", "\"\n\"", "\"\u{0}\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "'a'", "// a\n1",
        "\u{FEFF}1", String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(throws: StrictJSONFault.self) { try StrictJSON(text) }
    }

    @Test func whatIsNotUTF8IsRefused() {
        #expect(throws: StrictJSONFault(reason: "not UTF-8", offset: 0)) { try StrictJSON([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func jsonIsReadAsWritten() throws {
        let value = try StrictJSON(#" {"b":[1.50,-0e+1,true,null],"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é"} "#)
        #expect(
            value
                == .object([
                    .init(name: "b", value: .array([.number("1.50"), .number("-0e+1"), .bool(true), .null])),
                    .init(name: "a", value: .string("\"\\/\u{8}\u{C}\n\r\té😀é")),
                ]))
    }

    @Test(
        arguments: [
            (#"{"type":"string"}"#, #""x""#, "1"), (#"{"type":"integer"}"#, "1", "1.5"), (#"{"type":"number"}"#, "1.5", #""1.5""#),
            (#"{"type":"boolean"}"#, "true", "null"), (#"{"type":"array","items":{"type":"integer"}}"#, "[1]", #"[1,"x"]"#),
            (#"{"type":"object","required":["a"]}"#, #"{"a":1}"#, #"{"b":1}"#),
            (#"{"properties":{"a":{"const":1}},"additionalProperties":false}"#, #"{"a":1}"#, #"{"b":1}"#),
            (#"{"properties":{"a":{"const":1}}}"#, #"{"b":2}"#, #"{"a":2}"#), (#"{"enum":["a","b"]}"#, #""b""#, #""c""#),
            (#"{"minimum":1}"#, "1", "0"), (#"{"maximum":1}"#, "1", "2"), (#"{"minLength":1}"#, #""a""#, #""""#),
            (#"{"maxItems":1}"#, "[1]", "[1,2]"), (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "2", "3"),
            (#"{"format":"date-time"}"#, #""2026-11-20T12:00:00.123Z""#, #""2026-11-20 12:00:00Z""#),
            (#"{"format":"uri"}"#, #""urn:request:a%22b""#, #""/errors/A""#), (#"{"format":"uri-reference"}"#, #""/errors/A""#, #""/a b""#),
            (#"{"format":"uri"}"#, #""https://a.example/""#, #""urn:%2""#), (#"{"format":"json-pointer"}"#, #""/a~1b~0c/3""#, #""/a~2""#),
        ] as [(String, String, String)])
    func aSchemaTellsRightFromWrong(schema: String, right: String, wrong: String) throws {
        let schema = JSONSchema(try StrictJSON(schema))
        #expect(try !schema.violations(of: StrictJSON(wrong)).isEmpty)
        #expect(try schema.violations(of: StrictJSON(right)) == [])
    }

    @Test func aKeywordThatIsNotKnownIsAViolation() throws {
        #expect(JSONSchema(try StrictJSON(#"{"pattern":"a"}"#)).violations(of: .string("a")) == [": the keyword pattern is unknown"])
    }

    @Test func aReferencePointsIntoTheDocument() throws {
        let document = try StrictJSON(#"{"components":{"schemas":{"A":{"type":"integer"}}}}"#)
        let schema = JSONSchema(try StrictJSON(##"{"$ref":"#/components/schemas/A"}"##), in: document)
        #expect(schema.violations(of: .number("1")) == [])
        #expect(schema.violations(of: .bool(true)) == ["/: not of type integer"])
        #expect(!JSONSchema(try StrictJSON(##"{"$ref":"#/nowhere"}"##), in: document).violations(of: .null).isEmpty)
    }
}
