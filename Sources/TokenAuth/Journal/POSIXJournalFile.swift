import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file of the operating system, held by one process at a time through a lock file beside it.
package final class POSIXJournalFile: JournalFile {
    private let path: String
    private let lockDescriptor: Int32
    /// Changes when the content is replaced.
    private let descriptor: Mutex<Int32>

    /// Opens the file, or makes an empty one, readable by its owner alone.
    ///
    /// - Throws: ``JournalError/inUse`` or ``JournalError/system(operation:code:)``.
    package init(path: String) throws(JournalError) {
        self.path = path
        let lock = try Self.open(path + ".lock", O_RDWR | O_CREAT)
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Self.close(lock)
            if code == EWOULDBLOCK { throw .inUse }
            throw .system(operation: "flock", code: code)
        }
        do throws(JournalError) {
            descriptor = Mutex(try Self.open(path, O_RDWR | O_CREAT | O_APPEND))
        } catch {
            Self.close(lock)
            throw error
        }
        lockDescriptor = lock
    }

    deinit { close() }

    package func close() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            Self.close(descriptor)
            descriptor = -1
            // Closing gives the lock up.
            Self.close(lockDescriptor)
        }
    }

    package func byteCount() throws(JournalError) -> Int {
        let size = descriptor.withLock { lseek($0, 0, SEEK_END) }
        guard size >= 0 else { throw .system(operation: "lseek", code: errno) }
        return Int(size)
    }

    package func read(at offset: Int, count: Int) throws(JournalError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let position = off_t(offset + filled)
                let got = descriptor.withLock { pread($0, base + filled, count - filled, position) }
                if got < 0 && errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { return }
                filled += got
            }
        }
        if code != 0 { throw .system(operation: "read", code: code) }
        return bytes
    }

    package func append(_ bytes: [UInt8]) throws(JournalError) {
        try Self.write(bytes, to: descriptor.withLock { $0 })
    }

    package func sync() throws(JournalError) {
        try Self.sync(descriptor.withLock { $0 })
    }

    package func truncate(to byteCount: Int) throws(JournalError) {
        let status = descriptor.withLock { ftruncate($0, off_t(byteCount)) }
        guard status == 0 else { throw .system(operation: "ftruncate", code: errno) }
        try sync()
    }

    package func replace(_ write: (_ append: ([UInt8]) throws(JournalError) -> Void) throws(JournalError) -> Void) throws(JournalError) {
        let fresh = try Self.open(path + ".new", O_RDWR | O_CREAT | O_TRUNC | O_APPEND)
        do throws(JournalError) {
            try write { (bytes) throws(JournalError) in try Self.write(bytes, to: fresh) }
            try Self.sync(fresh)
            guard rename(path + ".new", path) == 0 else { throw .system(operation: "rename", code: errno) }
        } catch {
            Self.close(fresh)
            throw error
        }
        let old = descriptor.withLock { descriptor in
            defer { descriptor = fresh }
            return descriptor
        }
        Self.close(old)
        try syncFolder()
    }

    /// A rename, and the birth of a file, last only once their folder is synced.
    package func syncFolder() throws(JournalError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = try Self.open(folder, O_RDONLY)
        defer { Self.close(descriptor) }
        try Self.sync(descriptor)
    }

    private static func open(_ path: String, _ flags: Int32) throws(JournalError) -> Int32 {
        #if canImport(Darwin)
            let descriptor = Darwin.open(path, flags | O_CLOEXEC, 0o600)
        #elseif canImport(Musl)
            let descriptor = Musl.open(path, flags | O_CLOEXEC, 0o600)
        #else
            let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        #endif
        guard descriptor >= 0 else { throw .system(operation: "open", code: errno) }
        return descriptor
    }

    private static func close(_ descriptor: Int32) {
        #if canImport(Darwin)
            _ = Darwin.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #else
            _ = Glibc.close(descriptor)
        #endif
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(JournalError) {
        var code: Int32 = 0
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count, let base = buffer.baseAddress {
                #if canImport(Darwin)
                    let count = Darwin.write(descriptor, base + done, buffer.count - done)
                #elseif canImport(Musl)
                    let count = Musl.write(descriptor, base + done, buffer.count - done)
                #else
                    let count = Glibc.write(descriptor, base + done, buffer.count - done)
                #endif
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    code = count < 0 ? errno : EIO
                    return
                }
                done += count
            }
        }
        if code != 0 { throw .system(operation: "write", code: code) }
    }

    private static func sync(_ descriptor: Int32) throws(JournalError) {
        #if canImport(Darwin)
            // fsync leaves the data in the drive's cache; folders know only fsync.
            let status = fcntl(descriptor, F_FULLFSYNC) == 0 ? 0 : fsync(descriptor)
        #else
            let status = fsync(descriptor)
        #endif
        guard status == 0 else { throw .system(operation: "fsync", code: errno) }
    }
}
