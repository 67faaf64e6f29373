import HardeningCore
import NIOCore
import Testing

@testable import HardeningHummingbird

@Suite struct PeerAddressTests {
    @Test(arguments: ["203.0.113.7", "127.0.0.1", "255.255.255.255", "2001:db8::1", "::1", "fe80::1", "::ffff:192.0.2.1"])
    func theSocketsAddressIsReadAsWritten(text: String) throws {
        #expect(IPAddress(try SocketAddress(ipAddress: text, port: 4711)) == IPAddress(text))
    }

    @Test func whatHasNoAddressIsThisMachine() throws {
        #expect(IPAddress(nil as SocketAddress?).description == "127.0.0.1")
        #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/tmp/socket")).description == "127.0.0.1")
    }
}
