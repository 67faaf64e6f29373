#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Keeps a file for one process, through a lock file beside it.
///
/// The lock file is another one because closing any descriptor of a file gives up the locks that SQLite holds on it in this process
/// (POSIX `fcntl`). The system frees the lock when the process ends, however it ends.
final class ProcessLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``IdentityStoreError/unavailable(_:detail:)``: `locked` when another holds it.
    init(beside path: String) throws(IdentityStoreError) {
        descriptor = try Self.open(path + ".lock")
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code != EWOULDBLOCK else { throw .unavailable(.locked, detail: "another process has the identity store open") }
            throw Self.failure("flock", code)
        }
    }

    deinit {
        // Explicitly: a child between fork and exec has the descriptor too, and closing ours alone would leave the lock to it.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Makes an empty file, readable by its owner alone, where none is; SQLite's companions take its permissions over.
    static func makeFile(_ path: String) throws(IdentityStoreError) {
        close(try open(path))
    }

    private static func open(_ path: String) throws(IdentityStoreError) -> Int32 {
        while true {
            #if canImport(Darwin)
                let descriptor = Darwin.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            #elseif canImport(Musl)
                let descriptor = Musl.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            #else
                let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            #endif
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw failure("open", errno) }
        }
    }

    private static func failure(_ operation: String, _ code: Int32) -> IdentityStoreError {
        let outage: IdentityStoreError.Outage =
            switch code {
            case EACCES, EPERM, EROFS: .readOnly
            case ENOENT, ENOTDIR, EISDIR: .unreachable
            case ENOSPC, EDQUOT: .full
            default: .failed
            }
        return .unavailable(outage, detail: "\(operation) failed with errno \(code)")
    }
}
