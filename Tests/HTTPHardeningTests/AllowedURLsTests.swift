import ErrorCatalog
import HTTPHardening
import Testing

@Suite struct AllowedURLsTests {
    private func rule(_ text: String) throws -> String? {
        let allowed = try AllowedURLs(
            hosts: ["www.example.com", "xn--mgbh0fb.example"], schemes: ["https"], pathPrefixes: ["/property", "/ar/"], ports: [8443])
        return allowed.violation(of: text)?.code
    }

    @Test(arguments: [
        "https://www.example.com/property", "https://www.example.com/property/", "https://www.example.com/property/7?x=/../#y",
        "HTTPS://WWW.Example.COM/property/7", "https://www.example.com:8443/property/7", "https://xn--mgbh0fb.example/ar/7",
        "https://www.example.com/property/%D8%AF", "https://www.example.com/property/a..b", "https://www.example.com/property/...",
    ])
    func whatIsListedPasses(text: String) throws {
        #expect(try rule(text) == nil)
    }

    @Test(arguments: [
        "https://example.com/property", "https://evil.example/property", "https://www.example.com.evil.example/property",
        "https://a.www.example.com/property", "https://www.example.com./property", "https://127.0.0.1/property",
        "https://2130706433/property",
        "https://0x7f.1/property", "https:///property", "https://?x", "https://www.example%2ecom/property",
        "https://wwwexample.com/property",
    ])
    func otherHostsAreNotAllowed(text: String) throws {
        #expect(try rule(text) == "HOST_NOT_ALLOWED")
    }

    @Test(arguments: [
        "", "www.example.com/property", "//www.example.com/property", "http://www.example.com/property",
        "javascript://www.example.com/property",
        "https:/www.example.com/property", "https:www.example.com/property", "https:\\\\www.example.com/property",
        "https://www.example.com@evil.example/property", "https://user:pw@www.example.com/property", "https://@www.example.com/property",
        "https://www.example.com:443/property", "https://www.example.com:/property", "https://www.example.com:08443/property",
        "https://www.example.com:8443:8443/property", "https://www.example.com:84430/property", "https://www.example.com:x/property",
        "https://[::1]/property", "https://www.example.com", "https://www.example.com/", "https://www.example.com/propertyx",
        "https://www.example.com/ar/../admin", "https://www.example.com/property/..", "https://www.example.com/property/%2e%2E/admin",
        "https://www.example.com/property/.%2e/admin", "https://www.example.com/property/..;x/admin",
        "https://www.example.com/property/./x",
        "https://www.example.com/property/%2f..", "https://www.example.com/property/%5c", "https://www.example.com/property/%0d%0a",
        "https://www.example.com/property/%", "https://www.example.com/property/%4", "https://www.example.com/property/%zz",
        "https://www.example.com/property/%+4", "https://www.example.com/property/a b", "https://www.example.com/property/a\nb",
        "https://www.example.com/property/a\\b", " https://www.example.com/property", "https://www.exаmple.com/property",
        "https://مثال.example/ar/7", "https://www.example.com\u{3002}/property",
    ])
    func whatProgramsReadDifferentlyIsNoAddress(text: String) throws {
        #expect(try rule(text) == "INVALID_URL")
    }

    @Test func addressesEndAtTwoThousandBytes() throws {
        let start = "https://www.example.com/property/"
        let longest = start + String(repeating: "a", count: 2000 - start.utf8.count)
        #expect(try rule(longest) == nil)
        #expect(try rule(longest + "a") == "TOO_LONG")
    }

    @Test(arguments: [
        "", "WWW.example.com", "1.2.3.4", "127.1", "2130706433", "0x7f000001", "a.0x1", "[::1]", "a..b", "-a.b", "a-.b", ".a", "a.",
        "a:80", "*.example.com", "مثال.example", "a/b", String(repeating: "a", count: 64),
    ])
    func anEntryThatCouldNotMatchIsRefused(host: String) {
        #expect(throws: AllowedURLsError(entry: host)) { try AllowedURLs(hosts: ["good.example", host]) }
    }

    @Test func otherEntriesAreCheckedToo() {
        #expect(throws: AllowedURLsError.self) { try AllowedURLs(hosts: [], schemes: ["HTTPS"]) }
        #expect(throws: AllowedURLsError.self) { try AllowedURLs(hosts: [], pathPrefixes: ["property"]) }
        #expect(throws: AllowedURLsError.self) { try AllowedURLs(hosts: [], pathPrefixes: ["/a/../b"]) }
        #expect(throws: AllowedURLsError.self) { try AllowedURLs(hosts: [], ports: [0]) }
    }
}
