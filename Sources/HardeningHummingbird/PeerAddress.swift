import HardeningCore
import NIOCore

extension IPAddress {
    /// The address of a socket's other end, without going through text.
    ///
    /// Unix domain sockets and unknown peers count as loopback: they are on this machine. The offsets
    /// are those of `sockaddr_in` and `sockaddr_in6`, the same on Linux and Darwin; the addresses are in
    /// network order.
    init(_ socketAddress: SocketAddress?) {
        switch socketAddress {
        case .v4(let address):
            let bits = withUnsafeBytes(of: address.address) { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
            self.init(v4: UInt32(bigEndian: bits))
        case .v6(let address):
            let bits = withUnsafeBytes(of: address.address) { $0.loadUnaligned(fromByteOffset: 8, as: UInt128.self) }
            self.init(v6: UInt128(bigEndian: bits))
        case .unixDomainSocket, nil:
            self.init(v4: 0x7f00_0001)
        }
    }
}
