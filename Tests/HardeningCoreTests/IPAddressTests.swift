import HardeningCore
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("2001:db8::1", "2001:db8::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1::", "1::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
    func validAddressesPrintInCanonicalForm(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(address.description) == address)
        #expect(IPAddress(Substring("x" + text).dropFirst()) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4:80", "1..2.3", "1.2.3.", ".1.2.3",
        "0x7f.0.0.1",
        "1.2.3.4%eth0", ":", ":::", "1:2", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "[::1]", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:192.0.2.1", "::192.0.2", "192.0.2.1::", "1:2:3:4:5:6:7::8", "localhost", "::1/64", "١٩٢.٠.٢.١", "1.2.3.4\0",
    ])
    func everythingElseIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func aMegabyteIsRefusedUnread() {
        #expect(IPAddress(String(repeating: "1:", count: 500_000)) == nil)
    }

    @Test func randomAddressesRoundTrip() {
        for _ in 0..<2000 {
            let v4 = IPAddress(v4: .random(in: 0 ... .max))
            #expect(IPAddress(v4.description) == v4)
            var bits = UInt128.random(in: 0 ... .max)
            for group in 0..<8 where Bool.random() { bits &= ~(UInt128(0xffff) << UInt128(group * 16)) }
            let v6 = IPAddress(v6: bits)
            #expect(IPAddress(v6.description) == v6)
        }
    }

    @Test func clientsOfOneIPv6NetworkShareAKey() throws {
        let first = try #require(IPAddress("2001:db8:1:2:aaaa::1"))
        let second = try #require(IPAddress("2001:db8:1:2:bbbb::2"))
        let elsewhere = try #require(IPAddress("2001:db8:1:3::1"))
        #expect(first.clientKey() == second.clientKey())
        #expect(first.clientKey() != elsewhere.clientKey())
        #expect(first.clientKey(v6Prefix: 56) == elsewhere.clientKey(v6Prefix: 56))
        #expect(first.masked(toPrefix: -5).description == "::")
        #expect(first.masked(toPrefix: 500) == first)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.1", "192.0.2.1", true),
        ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
        ("::/0", "::1", true), ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("127.0.0.0/8", "::ffff:127.0.0.1", true),
    ])
    func blocksContainTheirAddresses(block: String, address: String, isInside: Bool) throws {
        #expect(try #require(CIDRBlock(block)).contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.1.2.3/8", "::/129", "fe80::%eth0/10", "10.0.0.0/8/8", "x/8",
        "1.2.3.4/+8",
    ])
    func malformedBlocksAreRefused(text: String) {
        #expect(CIDRBlock(text) == nil)
    }
}
