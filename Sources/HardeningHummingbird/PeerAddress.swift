import HardeningCore
import NIOCore

extension IPAddress {
    /// The address of a socket's other end.
    ///
    /// Unix domain sockets and unknown peers count as loopback: they are on this machine.
    init(_ socketAddress: SocketAddress?) {
        self = socketAddress?.ipAddress.flatMap { IPAddress($0) } ?? IPAddress(v4: 0x7f00_0001)
    }
}
