import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One TCP connection to the loopback that sends bytes as they are and reads until the server closes.
///
/// Blocks its thread: for threads of the test's own, never for a task.
enum RawConnection {
    enum Failure: Error, Hashable {
        case noSocket(errno: Int32)
        case noConnection(errno: Int32)
        /// The server neither answered nor closed.
        case silence
    }

    /// How long the server may think about a request.
    static let patienceSeconds = 20

    /// Sends `request`, says that nothing follows, and returns all that comes back.
    static func exchange(_ request: [UInt8], port: UInt16) throws(Failure) -> [UInt8] {
        #if canImport(Darwin) || canImport(Musl)
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { throw .noSocket(errno: errno) }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: numericCast(patienceSeconds), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try connect(descriptor, to: port)
        // The server may refuse and close before it has read all: what it said by then still counts.
        send(request, on: descriptor)
        shutdown(descriptor, Int32(SHUT_WR))
        return try receive(on: descriptor)
    }

    private static func connect(_ descriptor: Int32, to port: UInt16) throws(Failure) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Where the system has run out of ports for a moment, old connections are about to be forgotten.
        for _ in 0..<1_000 {
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connectSystem(descriptor, $0, size) }
            }
            if status == 0 { return }
            guard errno == EADDRNOTAVAIL || errno == EINTR else { throw .noConnection(errno: errno) }
            sched_yield()
        }
        throw .noConnection(errno: EADDRNOTAVAIL)
    }

    private static func connectSystem(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
        #if canImport(Darwin)
            Darwin.connect(descriptor, address, size)
        #elseif canImport(Musl)
            Musl.connect(descriptor, address, size)
        #else
            Glibc.connect(descriptor, address, size)
        #endif
    }

    private static func send(_ bytes: [UInt8], on descriptor: Int32) {
        #if canImport(Darwin)
            let flags: Int32 = 0
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { systemSend(descriptor, $0, flags) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }

    private static func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32) -> Int {
        #if canImport(Darwin)
            Darwin.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #elseif canImport(Musl)
            Musl.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #else
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #endif
    }

    private static func receive(on descriptor: Int32) throws(Failure) -> [UInt8] {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count > 0 {
                received += chunk[..<count]
            } else if count == 0 || errno == ECONNRESET || errno == EPIPE {
                return received
            } else if errno != EINTR {
                throw .silence
            }
        }
    }
}
