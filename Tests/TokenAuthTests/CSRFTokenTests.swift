import HardeningCore
import Testing
import TokenAuth

struct CSRFTokenTests {
    let tokens = CSRFTokens(key: Secret(Array("a key for nothing but csrf tokens".utf8)))

    func code(_ submitted: String?, _ cookie: String?, session: String = "s1", _ tokens: CSRFTokens? = nil) -> String? {
        do {
            try (tokens ?? self.tokens).check(submitted: submitted, cookie: cookie, session: session)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a token passes twice over for its own session alone`() {
        let token = tokens.token(session: "s1")
        #expect(token.utf8.count == 64 && tokens.token(session: "s1") != token)
        #expect(code(token, token) == nil)
        #expect(code(token, token, session: "s2") == "CSRF_INVALID")
        #expect(code(token, tokens.token(session: "s1")) == "CSRF_MISMATCH")
        // Planted by a sibling domain: a pair that matches, from the attacker's own session.
        let planted = tokens.token(session: "attacker")
        #expect(code(planted, planted) == "CSRF_INVALID")
    }

    @Test func `missing, empty and mangled tokens are refused`() {
        let token = tokens.token(session: "s1")
        for (submitted, cookie) in [(nil, token), (token, nil), (nil, nil), ("", ""), ("", token)] as [(String?, String?)] {
            #expect(code(submitted, cookie) == "CSRF_MISSING")
        }
        for text in ["x", String(repeating: "=", count: 64), String(repeating: "A", count: 64), String(repeating: "A", count: 100_000)] {
            #expect(code(text, text) == "CSRF_INVALID")
        }
        var bytes = VectorTests.decode(token)
        for index in bytes.indices {
            bytes[index] ^= 1
            let text = Fixture.base64URL(bytes)
            #expect(code(text, text) == "CSRF_INVALID")
            bytes[index] ^= 1
        }
    }

    @Test func `an older key is still taken while it is listed`() {
        let token = tokens.token(session: "s1")
        let new = Secret(Array("the next key for csrf tokens only".utf8))
        let old = Secret(Array("a key for nothing but csrf tokens".utf8))
        #expect(code(token, token, CSRFTokens(key: new, previousKeys: [old])) == nil)
        #expect(code(token, token, CSRFTokens(key: new)) == "CSRF_INVALID")
    }
}
