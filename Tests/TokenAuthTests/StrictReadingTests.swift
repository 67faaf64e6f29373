import Testing
import TokenAuth

/// Two readers must not disagree about what a token says.
struct StrictReadingTests {
    @Test(arguments: [
        #"{ "a" : [ 1 , -2.5e+10 , true , false , null , { } , [ ] , "" ] }"#, "{\"a\":\"\u{e9}\u{20ac}\u{1f600}\u{7f}\"}",
        #"{"a":"\ud83d\ude00\"\\\/\b\f\n\r\t\u00e9"}"#, #"{"a":0,"b":-0,"c":0.0,"d":1E5,"e":123456789012345678901234567890}"#,
        #"{"a":{"x":1},"b":{"x":1},"x":{"a":1,"b":2}}"#, "\t\r\n {\"a\":[[[[[]]]]]} \n",
    ])
    func `valid members that mean nothing are ignored`(_ extra: String) throws {
        let fixture = try Fixture()
        let members = extra.trimmingPrefix { $0.isWhitespace }.dropFirst()
        let payload = "{" + Fixture.payload().dropFirst().dropLast() + "," + members
        #expect(fixture.refusal(Fixture.sign(payload: payload)) == nil)
    }

    @Test(arguments: [
        "", " ", "{", "}", "{}{}", "{} x", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":1 "b":2}"#,
        #"{"a":01}"#, #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":1.}"#, #"{"a":1e}"#, #"{"a":1e+}"#, #"{"a":-}"#, #"{"a":0x1}"#, #"{"a":NaN}"#,
        #"{"a":Infinity}"#, #"{"a":tru}"#, #"{"a":True}"#, #"{"a":nul"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#, #"{"a":[1 2]}"#, #"{"a":[1}"#,
        #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\u12g4"}"#, #"{"a":"\ud800"}"#, #"{"a":"\ud800\u0041"}"#, #"{"a":"\udc00"}"#,
        #"{"a":"\ud800\ud800"}"#, "{\"a\":\"\n\"}", "{\"a\":\"\t\"}", #"{"a":"unended}"#, "\u{feff}{}", "{/**/}", "{\"a\":1}//",
        #"{"a":"\"#, #"{"a":"\u00"#, "{\"a\":1\u{a0}}", "\u{0b}{}",
    ])
    func `what is not JSON is refused`(_ json: String) throws {
        let fixture = try Fixture()
        guard !json.isEmpty else { return }
        #expect(fixture.refusal(Fixture.sign(payload: json)) == .payloadMalformed)
        #expect(fixture.refusal(Fixture.sign(header: json)) == .headerMalformed)
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xef, 0xbf],
            [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xfe],
            [0xc3, 0x28], [0xe2, 0x82, 0x28],
        ] as [[UInt8]])
    func `invalid UTF-8 is refused wherever it stands`(_ bytes: [UInt8]) throws {
        let fixture = try Fixture()
        let header = Array(Fixture.header.utf8)
        for position in 0..<10 {
            let filler = [UInt8](repeating: 0x61, count: position)
            let value = Array("{\"a\":\"".utf8) + filler + bytes + Array("\"}".utf8)
            #expect(fixture.refusal(Fixture.sign(header: header, payload: value)) == .payloadNotUTF8)
            let name = Array("{\"".utf8) + filler + bytes + Array("\":1}".utf8)
            #expect(fixture.refusal(Fixture.sign(header: name, payload: header)) == .headerNotUTF8)
        }
    }

    @Test func `a NUL is refused raw and escaped, in names and values`() throws {
        let fixture = try Fixture()
        for json in ["{\"a\":\"\u{0}\"}", #"{"a":"\u0000"}"#, #"{"\u0000":1}"#, "{\"a\":\u{0}}", "{}\u{0}", "{\u{0}}"] {
            #expect(fixture.refusal(Fixture.sign(payload: json)) == .payloadNULCharacter)
        }
    }

    @Test func `escapes in names and values mean what they stand for`() throws {
        let fixture = try Fixture()
        let payload = Fixture.payload([
            ("sub", nil), (#"\u0073\u0075\u0062"#, #""us\u0065r-\ud83d\ude00""#), ("aud", #"["web","\u0061pi"]"#),
        ])
        let verified = try fixture.service.verify(Fixture.sign(payload: payload))
        #expect(verified.subject == "user-\u{1f600}")
        let header = #"{"typ":"at\u002bjwt","kid":"\u006b1","alg":"\u0048S256"}"#
        #expect(fixture.refusal(Fixture.sign(header: header)) == nil)
    }

    @Test(arguments: [
        (#"{"alg":"HS256","kid":"k1","typ":"at+jwt"}"#, true), (#"{"typ":"at+jwt","kid":"k1","alg":"HS256"}"#, true),
        ("{ \"alg\" : \"HS256\",\r\n \"kid\":\"k1\", \"typ\":\"at+jwt\", \"cty\":\"x\" }", true),
        (#"{"alg":"HS256","kid":"k1","typ":"jwt"}"#, false),
    ])
    func `a header equal in meaning to our own is judged alike`(_ header: String, _ isAccepted: Bool) throws {
        let fixture = try Fixture()
        #expect((fixture.refusal(Fixture.sign(header: header)) == nil) == isAccepted)
    }

    @Test func `the JWT type is accepted only by its profile`() throws {
        let token = Fixture.sign(header: #"{"alg":"HS256","kid":"k1","typ":"JWT"}"#)
        #expect(try Fixture(types: .accessToken).refusal(token) == .typeWrong)
        #expect(try Fixture(types: .accessTokenOrJWT).refusal(token) == nil)
        #expect(try Fixture(types: .accessTokenOrJWT).refusal(Fixture.sign()) == nil)
        #expect(try Fixture(types: .jwt).refusal(token) == nil)
        #expect(try Fixture(types: .jwt).refusal(Fixture.sign()) == .typeWrong)
    }

    @Test(arguments: [
        ("\"AAECAwQFBgcICQoLDA0ODw\"", true), ("\"00010203-0405-0607-0809-0a0b0c0d0e0f\"", true),
        ("\"00010203-0405-0607-0809-0A0B0C0D0E0F\"", true), ("\"000102030405060708090a0b0c0d0e0f\"", false),
        ("\"00010203-0405-0607-0809_0a0b0c0d0e0f\"", false), ("\"AAECAwQFBgcICQoLDA0OD\"", false), ("\"AAECAwQFBgcICQoLDA0ODw=\"", false),
        ("\"\"", false), ("null", false),
    ])
    func `token ids are 16 bytes of base64url or a UUID`(_ id: String, _ isAccepted: Bool) throws {
        let fixture = try Fixture()
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("jti", id)]))) == (isAccepted ? nil : .idMalformed))
    }
}
