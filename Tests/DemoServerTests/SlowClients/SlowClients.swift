import Foundation
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Connections that begin a request and never finish it.
struct SlowClients: Sendable {
    static let half = "GET /api/search?q=villa HTTP/1.1\r\nHost: demo\r\nX-Slow: "

    let sockets: [RawSocket]

    init(_ count: Int, port: UInt16) async throws {
        try #require(Self.roomForFiles(2 * count + 500), "the limit of open files (ulimit -n) is below \(2 * count + 500)")
        sockets = try await onThread {
            Result {
                try (0..<count).map { _ in
                    let socket = try RawSocket(port: port)
                    socket.send(Self.half.utf8)
                    return socket
                }
            }
        }.get()
    }

    /// Another byte from every fifth.
    func dribble() {
        for index in stride(from: 0, to: sockets.count, by: 5) { sockets[index].send("a".utf8) }
    }

    /// What each of them heard, once the server has closed all.
    func answers() async throws -> [[UInt8]] {
        let sockets = sockets
        return try await onThread { Result { try sockets.map { try $0.receiveAll() } } }.get()
    }

    /// Raises the soft limit of open files where the hard one permits; a server inside the test's process needs two for each.
    private static func roomForFiles(_ count: Int) -> Bool {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return false }
        if limit.rlim_cur >= rlim_t(count) { return true }
        guard limit.rlim_max >= rlim_t(count) else { return false }
        limit.rlim_cur = rlim_t(count)
        return setrlimit(resource, &limit) == 0
    }
}
