import HTTPHardening
import HTTPTypes
import HardeningCore
import Testing

@Suite struct ClientAddressTests {
    private static let proxies = ["10.0.0.0/8", "2001:db8:ffff::/48"].compactMap { CIDRBlock($0) }

    private func client(
        peer: String, header: ClientAddressResolver.Header = .xForwardedFor, trusted: [CIDRBlock] = Self.proxies, _ lines: String...
    ) throws -> String {
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: header == .forwarded ? .forwarded : .xForwardedFor, value: line)) }
        let resolver = ClientAddressResolver(trustedProxies: trusted, header: header)
        return resolver.address(peer: try #require(IPAddress(peer)), fields: fields).description
    }

    @Test func nobodyIsTrustedByDefault() throws {
        #expect(try client(peer: "203.0.113.9", trusted: [], "198.51.100.1") == "203.0.113.9")
        #expect(try client(peer: "127.0.0.1", trusted: [], "198.51.100.1") == "127.0.0.1")
        #expect(try client(peer: "203.0.113.9", "198.51.100.1") == "203.0.113.9")
    }

    @Test(arguments: [
        ("198.51.100.1", "198.51.100.1"),
        ("1.1.1.1, 198.51.100.1", "198.51.100.1"),  // the left-most entry is the client's own invention
        ("198.51.100.1, 10.1.1.1, 10.2.2.2", "198.51.100.1"),
        ("10.3.3.3, 10.2.2.2", "10.3.3.3"),  // everybody is a proxy: the farthest known
        ("198.51.100.1:4711", "198.51.100.1"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("198.51.100.1, unknown, 10.2.2.2", "10.2.2.2"),  // a malformed entry stops the walk
        ("garbage", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("198.51.100.1:99999", "10.0.0.1"),
        ("[::1", "10.0.0.1"),
        ("[2001:db8::7]x", "10.0.0.1"),
    ])
    func theWalkStopsAtTheFirstUntrustedHop(line: String, expected: String) throws {
        #expect(try client(peer: "10.0.0.1", line) == expected)
    }

    @Test func severalHeaderLinesAreOneList() throws {
        #expect(try client(peer: "10.0.0.1", "1.1.1.1", "198.51.100.1, 10.2.2.2") == "198.51.100.1")
    }

    @Test(arguments: [
        ("for=198.51.100.1", "198.51.100.1"),
        ("for=\"198.51.100.1:80\";proto=https, for=10.1.1.1", "198.51.100.1"),
        ("For=\"[2001:db8::7]:4711\";by=10.0.0.1", "2001:db8::7"),
        ("proto=https;for=198.51.100.1", "198.51.100.1"),
        ("for=unknown", "10.0.0.1"),
        ("for=_hidden", "10.0.0.1"),
        ("proto=https", "10.0.0.1"),
        ("for=\"1.1.1.1, for=198.51.100.1", "10.0.0.1"),
    ])
    func forwardedIsReadWhenItIsTheConfiguredHeader(line: String, expected: String) throws {
        #expect(try client(peer: "10.0.0.1", header: .forwarded, line) == expected)
    }

    @Test func theOtherHeaderIsNotRead() throws {
        let resolver = ClientAddressResolver(trustedProxies: Self.proxies, header: .forwarded)
        let peer = try #require(IPAddress("10.0.0.1"))
        #expect(resolver.address(peer: peer, fields: [.xForwardedFor: "198.51.100.1"]) == peer)
    }

    @Test func aVeryLongChainIsCutOff() throws {
        let line = "198.51.100.1, " + Array(repeating: "10.9.9.9", count: 10_000).joined(separator: ", ")
        #expect(try client(peer: "10.0.0.1", line) == "10.9.9.9")
    }

    @Test func forwardingFromStrangersIsReported() throws {
        let resolver = ClientAddressResolver(trustedProxies: Self.proxies)
        let stranger = try #require(IPAddress("203.0.113.9"))
        let proxy = try #require(IPAddress("10.0.0.1"))
        #expect(resolver.ignoresForwarding(peer: stranger, fields: [.xForwardedFor: "1.1.1.1"]))
        #expect(!resolver.ignoresForwarding(peer: proxy, fields: [.xForwardedFor: "1.1.1.1"]))
        #expect(!resolver.ignoresForwarding(peer: stranger, fields: [:]))
    }
}
