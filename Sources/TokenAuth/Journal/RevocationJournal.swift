public import HardeningCore
import Synchronization

/// Keeps revocations in a file: what was acknowledged survives a crash of the process and of the machine.
///
/// ```swift
/// let journal = try RevocationJournal(path: "/var/lib/api/revocations.journal")
/// let list = RevocationList(log: journal)
/// try await list.restore(now: TimeSource.system.timestamp)
/// ```
///
/// Each revocation is appended and synced before ``append(_:)`` returns; those that arrive together share one
/// sync. The disk is touched by one thread of its own, never by the cooperative pool, except while the journal
/// is opened.
///
/// **Opening.** A torn end, which a crash during a write leaves, is cut off; nothing in it had been
/// acknowledged, yet because damage to the last entry looks the same, ``recovery()`` says that the log is
/// incomplete, as it does for a new file. Damage with acknowledged entries behind it is ``JournalError/corrupt(offset:)``.
///
/// **Growth.** When the file has doubled since it was last shortened, and at its largest size, it is rewritten
/// without what no longer matters. About 100 bytes a revocation; memory O(watermarks) while it is rewritten.
public final class RevocationJournal: SequencedRevocationLog {
    private typealias Outcome = Result<Void, JournalError>

    private struct Waiting {
        let body: [UInt8]
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct Queue {
        var waiting: [Waiting] = []
        var isDraining = false
    }

    private struct Disk {
        var store: JournalStore
        /// Shorten at this size.
        var compactAt: Int
        /// Where the last page ended, so that the next one need not read from the start.
        var resume: (sequence: UInt64, offset: Int)?
    }

    /// Revocations waiting for the disk at most.
    public static let queueLimit = 100_000
    private static let batchLimit = 4_096

    private let retention: JournalRetention
    private let maximumByteCount: Int
    private let minimumCompaction: Int
    private let time: TimeSource
    private let queue = Mutex(Queue())
    private let disk: Mutex<Disk>
    private let thread = WorkerThreads(threads: 1, queueLimit: 1_024)

    /// Opens a journal or begins one; blocks while the file is read, about 0.3 s a million entries.
    ///
    /// - Parameters:
    ///   - path: the file; `.lock` and, for moments, `.new` beside it. On a local disk: network file systems lie about syncs and locks.
    ///   - retention: by default the longest any service can ask for.
    ///   - maximumByteCount: 1 GiB by default; beyond it revocations are refused with `JOURNAL_FULL`.
    /// - Throws: ``JournalError``.
    public convenience init(
        path: String, retention: JournalRetention = .longest, maximumByteCount: Int = 1 << 30, time: TimeSource = .system
    ) throws(JournalError) {
        let file = try POSIXJournalFile(path: path)
        try file.syncFolder()
        try self.init(file: file, retention: retention, maximumByteCount: maximumByteCount, time: time)
    }

    package init(
        file: any JournalFile, retention: JournalRetention = .longest, maximumByteCount: Int = 1 << 30, minimumCompaction: Int = 4 << 20,
        time: TimeSource
    ) throws(JournalError) {
        self.retention = retention
        self.maximumByteCount = maximumByteCount
        self.minimumCompaction = minimumCompaction
        self.time = time
        let store = try JournalStore(opening: file)
        disk = Mutex(Disk(store: store, compactAt: max(minimumCompaction, store.byteCount * 2)))
    }

    /// The last number given out.
    public var sequence: UInt64 { disk.withLock { $0.store.sequence } }
    /// The length of the file.
    public var byteCount: Int { disk.withLock { $0.store.byteCount } }

    /// Stores an entry; it is on the disk when this returns.
    ///
    /// - Throws: ``JournalError``. After `JOURNAL_FAILED` the journal must be opened anew.
    public func append(_ revocation: Revocation) async throws {
        guard let body = JournalRecord.body(revocation) else { throw JournalError.entryTooLarge }
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let isFirst: Bool? = queue.withLock { queue in
                guard queue.waiting.count < Self.queueLimit else { return nil }
                queue.waiting.append(Waiting(body: body, continuation: continuation))
                defer { queue.isDraining = true }
                return !queue.isDraining
            }
            switch isFirst {
            case nil: continuation.resume(returning: .failure(.busy))
            case true?: thread.enqueue({ [self] in drain() }, orElse: { [self] _ in refuseAll() })
            case false?: break
            }
        }
        try outcome.get()
    }

    public func replay(_ entry: (Revocation) -> Void) async throws {
        var position: UInt64 = 0
        while true {
            let page = try await entries(after: position, limit: 10_000)
            for next in page.entries { entry(next.revocation) }
            position = page.position
            if page.isLast { return }
        }
    }

    public func recovery() async throws -> RevocationRecovery {
        disk.withLock { disk in
            RevocationRecovery(isComplete: disk.store.wasComplete, forgottenThrough: disk.store.forgottenThrough)
        }
    }

    public func entries(after sequence: UInt64, limit: Int) async throws -> RevocationPage {
        try await onThread { [self] in disk.withLock { disk in Self.page(&disk, after: sequence, limit: max(1, limit)) } }
    }

    /// Finishes what is waiting and gives the file up, so that it can be opened again.
    ///
    /// Letting go of the journal does the same, but not at a moment one can wait for. Whatever is asked of it
    /// afterwards is refused with `JOURNAL_FAILED` or `JOURNAL_SYSTEM`.
    public func close() async throws {
        // Queued behind what is being written.
        try await onThread { [self] in disk.withLock { .success($0.store.close()) } }
    }

    /// Rewrites the file without what no longer matters.
    ///
    /// Happens by itself as the file grows; call it to shorten the next start.
    public func compact() async throws {
        let now = time.timestamp
        try await onThread { [self] in disk.withLock { disk in compact(&disk, now: now) } }
    }
}

extension RevocationJournal {
    private func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Result<Value, JournalError>) async throws -> Value {
        let result: Result<Value, JournalError>
        do throws(WorkerThreads.Refusal) {
            result = try await thread.run(work)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            throw JournalError.busy
        }
        return try result.get()
    }

    /// Writes what is waiting, batch by batch, until nothing is.
    private func drain() {
        while true {
            let batch = queue.withLock { queue in
                let batch = Array(queue.waiting.prefix(Self.batchLimit))
                queue.waiting.removeFirst(batch.count)
                if batch.isEmpty { queue.isDraining = false }
                return batch
            }
            if batch.isEmpty { return }
            let outcome = disk.withLock { write(batch.map(\.body), &$0) }
            for waiting in batch { waiting.continuation.resume(returning: outcome) }
        }
    }

    private func write(_ bodies: [[UInt8]], _ disk: inout Disk) -> Outcome {
        let added = bodies.reduce(0) { $0 + $1.count + JournalRecord.frameByteCount }
        // A compaction that fails leaves the old file in force; only the size can then refuse.
        if disk.store.byteCount + added > min(disk.compactAt, maximumByteCount) { _ = compact(&disk, now: time.timestamp) }
        guard disk.store.byteCount + added <= maximumByteCount else { return .failure(.full) }
        do throws(JournalError) {
            try disk.store.append(bodies)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func compact(_ disk: inout Disk, now: Timestamp) -> Outcome {
        do throws(JournalError) {
            try disk.store.compact(retention, now: now)
            disk.compactAt = max(minimumCompaction, disk.store.byteCount * 2)
            disk.resume = nil
            return .success(())
        } catch {
            // Not again at once: each attempt reads the whole file.
            disk.compactAt = max(minimumCompaction, disk.store.byteCount * 2)
            return .failure(error)
        }
    }

    private static func page(_ disk: inout Disk, after sequence: UInt64, limit: Int) -> Result<RevocationPage, JournalError> {
        var entries: [RevocationPage.Entry] = []
        let start = disk.resume.flatMap { $0.sequence == sequence ? $0.offset : nil } ?? JournalHeader.byteCount
        do throws(JournalError) {
            let offset = try disk.store.forEach(from: start) { record in
                if record.sequence > sequence {
                    entries.append(RevocationPage.Entry(sequence: record.sequence, revocation: record.revocation))
                }
                return entries.count < limit
            }
            let isLast = offset >= disk.store.byteCount
            let position = isLast ? max(sequence, disk.store.sequence) : entries.last?.sequence ?? sequence
            disk.resume = (position, offset)
            return .success(RevocationPage(entries: entries, position: position, isLast: isLast))
        } catch {
            return .failure(error)
        }
    }

    /// Without a thread nothing would ever be written: whoever waits is told so.
    private func refuseAll() {
        let stranded = queue.withLock { queue in
            defer { queue.waiting.removeAll() }
            queue.isDraining = false
            return queue.waiting
        }
        for waiting in stranded { waiting.continuation.resume(returning: .failure(.busy)) }
    }
}
