import HTTPHardening
import HTTPTypes
import Testing

@Suite struct SessionCookieTests {
    @Test func aSessionIsSetWithEveryProtection() throws {
        let field = try SessionCookie.session.setting("a.b-c_d", lifetime: .milliseconds(900_999))
        #expect(field.name == .setCookie)
        #expect(field.value == "__Host-session=a.b-c_d; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=900")
        #expect(SessionCookie.session.clearing.value == "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    @Test func theOtherKindsLeaveOutWhatTheyMust() throws {
        let development = try SessionCookie.developmentSession.setting("x", lifetime: .seconds(1))
        #expect(development.value == "session=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=1")
        #expect(
            try SessionCookie.csrf.setting("x", lifetime: .seconds(1)).value == "__Host-csrf=x; Path=/; Secure; SameSite=Lax; Max-Age=1")
        #expect(try SessionCookie.developmentCSRF.setting("x", lifetime: .seconds(1)).value == "csrf=x; Path=/; SameSite=Lax; Max-Age=1")
        #expect(try SessionCookie("sid") != SessionCookie("sid", over: .plainHTTP))
    }

    @Test(arguments: [(-1, 0), (0, 0), (34_560_000, 34_560_000), (34_560_001, 34_560_000)])
    func lifetimesStayInWhatBrowsersKeep(seconds: Int, sent: Int) throws {
        let field = try SessionCookie.session.setting("x", lifetime: .seconds(seconds))
        #expect(field.value.hasSuffix("; Max-Age=\(sent)"))
    }

    @Test(arguments: [
        "", "a b", "a;b", "a,b", "a\"b", "a\\b", "a\r\nSet-Cookie: x=y", "a\n", "a\0", "a\u{7f}", "é", "a; Domain=example.com", "\t", " a",
    ])
    func aValueThatCouldEndTheCookieIsRefused(value: String) {
        #expect(throws: SessionCookieError.malformedValue) { try SessionCookie.session.setting(value, lifetime: .seconds(1)) }
        #expect(SessionCookie.session.value(in: [.cookie: "__Host-session=\"x\""]) == nil)
    }

    @Test func everyByteIsJudgedByTheGrammar() throws {
        for byte in UInt8.min...127 {
            let isAllowed =
                byte > 0x20 && byte < 0x7f
                && ![UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\\")].contains(byte)
            let value = String(decoding: [byte], as: UTF8.self)
            let field = try? SessionCookie.session.setting(value, lifetime: .seconds(1))
            #expect((field != nil) == isAllowed, "byte \(byte)")
        }
    }

    @Test(arguments: ["", "a b", "a=b", "a;", "é", "__Host-x", "__Secure-x", "a\r\n", "(a)", String(repeating: "a", count: 65)])
    func aNameThatIsNoTokenIsRefused(name: String) {
        #expect(throws: SessionCookieError.malformedName) { try SessionCookie(name) }
    }

    @Test func whatBrowsersDropIsRefused() throws {
        let room = SessionCookie.maximumBytes - "__Host-session".utf8.count
        let longest = String(repeating: "a", count: room)
        #expect(try SessionCookie.session.setting(longest, lifetime: .seconds(1)).value.contains(longest))
        #expect(throws: SessionCookieError.tooLarge) { try SessionCookie.session.setting(longest + "a", lifetime: .seconds(1)) }
        #expect(SessionCookie.session.value(in: [.cookie: "__Host-session=\(longest)"]) == longest)
        #expect(SessionCookie.session.value(in: [.cookie: "__Host-session=\(longest)a"]) == nil)
    }

    @Test(
        arguments: [
            (["__Host-session=x"], "x"), (["a=b; __Host-session=x; c=d"], "x"), (["a=b;__Host-session=x;"], "x"),
            (["a=b", "__Host-session=x"], "x"),
            (["__Host-session=x=="], "x=="), (["  __Host-session=x\t"], "x"), ([], nil), ([""], nil), (["__Host-session"], nil),
            (["__Host-session="], nil), (["__host-session=x"], nil), (["session=x"], nil), (["x__Host-session=x"], nil),
            (["__Host-session =x"], nil), (["=__Host-session=x"], nil), (["__Host-session=x; __Host-session=x"], nil),
            (["__Host-session=x", "__Host-session=y"], nil), (["__Host-session=; __Host-session=x"], nil), (["__Host-session=\"x\""], nil),
            (["__Host-session=a b"], nil), (["__Host-session=a,b"], nil), (["__Host-session=é"], nil), ([";;;=;= ;"], nil),
        ] as [([String], String?)])
    func exactlyOneWellFormedCookieIsRead(sent: [String], expected: String?) {
        var fields = HTTPFields()
        for value in sent { fields.append(HTTPField(name: .cookie, value: value)) }
        #expect(SessionCookie.session.value(in: fields) == expected)
    }
}
