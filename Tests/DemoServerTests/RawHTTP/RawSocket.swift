import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A TCP connection to the loopback, as bytes; closed with the last reference to it.
///
/// Reading blocks its thread: for threads of the test's own, never for a task.
final class RawSocket: Sendable {
    enum Failure: Error, Hashable {
        case noSocket(errno: Int32)
        case noConnection(errno: Int32)
        /// The server neither answered nor closed.
        case silence
    }

    /// How long the server may think about a request.
    static let patienceSeconds = 600

    private let descriptor: Int32

    init(port: UInt16) throws(Failure) {
        #if canImport(Darwin) || canImport(Musl)
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { throw .noSocket(errno: errno) }
        var patience = timeval(tv_sec: numericCast(Self.patienceSeconds), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        #if canImport(Darwin)
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
        try connect(to: port)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private func connect(to port: UInt16) throws(Failure) {
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

    // MARK: - Bytes

    /// Sends all of `bytes`; what the other side no longer takes is dropped.
    func send(_ bytes: some Sequence<UInt8>) {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { sendSystem(descriptor, $0, flags) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Says that nothing follows.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// What comes next; empty once the server has closed.
    func receive() throws(Failure) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count >= 0 { return Array(chunk[..<count]) }
            if errno == ECONNRESET || errno == EPIPE { return [] }
            if errno != EINTR { throw .silence }
        }
    }

    /// All that comes until the server closes.
    func receiveAll() throws(Failure) -> [UInt8] {
        var received: [UInt8] = []
        while true {
            let chunk = try receive()
            if chunk.isEmpty { return received }
            received += chunk
        }
    }

    /// Whether there is something to read, or the server has closed; does not wait.
    var hasNews: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
    }
}

private func connectSystem(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
    #if canImport(Darwin)
        Darwin.connect(descriptor, address, size)
    #elseif canImport(Musl)
        Musl.connect(descriptor, address, size)
    #else
        Glibc.connect(descriptor, address, size)
    #endif
}

private func sendSystem(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32) -> Int {
    #if canImport(Darwin)
        Darwin.send(descriptor, bytes.baseAddress, bytes.count, flags)
    #elseif canImport(Musl)
        Musl.send(descriptor, bytes.baseAddress, bytes.count, flags)
    #else
        Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
    #endif
}
