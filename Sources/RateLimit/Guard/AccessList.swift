public import HardeningCore
import Synchronization

/// Who is allowed and who is blocked, by address, user and user agent, each with a reason and an end.
///
/// ```swift
/// try list.block(.addresses(parsing: "203.0.113.0/24"), reason: "credential stuffing", for: .seconds(3600))
/// for entry in list.entries { print(entry.id, entry.subject, entry.reason) }
/// list.lift(42)
/// ```
///
/// What is allowed is never blocked, however much narrower the block is. Of several blocks the one that lasts longest
/// is reported. An entry that has ended concerns nobody from that nanosecond on.
///
/// **Cost.** One atomic load while the list is empty; otherwise a lock and one hash look-up per prefix length in use,
/// whatever the number of entries. Changing it costs O(1) for addresses and users, and building the matcher for user agents.
///
/// **Memory.** `capacity` entries of operators, as many of rules, and 256 user agent texts of each effect. Ids, texts
/// and reasons are bounded. When full, adding throws: nothing is forgotten to make room.
///
/// It lives in one process. Entries are kept by the monotonic clock, so write down what must survive a restart.
public final class AccessList: Sendable {
    private let time: TimeSource
    private let isEmpty = Atomic(true)
    private let book: Mutex<AccessBook>

    /// - Parameters:
    ///   - capacity: entries operators may add, and again as many that rules may add; 1…1,000,000, what is outside becomes the nearest.
    ///   - time: the clocks; only the monotonic one decides.
    public init(capacity: Int = 10_000, time: TimeSource = .system) {
        self.time = time
        book = Mutex(AccessBook(capacity: min(max(1, capacity), 1_000_000)))
    }

    /// Lets someone pass, whatever other rules say.
    ///
    /// - Parameters:
    ///   - reason: for operators, 1…256 bytes.
    ///   - duration: how long; nil until lifted.
    /// - Throws: ``AbuseRuleError`` when a text is empty or too long, the duration is not positive, or the list is full.
    @discardableResult
    public func allow(
        _ subject: AccessEntry.Subject, reason: String, for duration: Duration? = nil
    ) throws(AbuseRuleError) -> AccessEntry {
        try add(.allow, subject, reason, duration, isAutomatic: false, now: time.monotonic)
    }

    /// Refuses someone, unless something allows them.
    ///
    /// An entry for the same subject is replaced. Parameters and errors as for ``allow(_:reason:for:)``.
    @discardableResult
    public func block(
        _ subject: AccessEntry.Subject, reason: String, for duration: Duration? = nil
    ) throws(AbuseRuleError) -> AccessEntry {
        try add(.block, subject, reason, duration, isAutomatic: false, now: time.monotonic)
    }

    /// Takes an entry away.
    ///
    /// - Returns: the entry; nil when there was none of that number.
    @discardableResult
    public func lift(_ id: AccessEntry.ID) -> AccessEntry? {
        change { $0.lift(id) }
    }

    /// Takes the entry with this effect and subject away; blocks that contain it stay.
    @discardableResult
    public func lift(_ effect: AccessEntry.Effect, _ subject: AccessEntry.Subject) -> AccessEntry? {
        change { $0.lift(effect, subject) }
    }

    /// What is in force, oldest first.
    public var entries: [AccessEntry] {
        let now = time.monotonic.nanoseconds
        return book.withLock { $0.list(now: now) }
    }

    private func change(_ body: (inout AccessBook) -> AccessEntry?) -> AccessEntry? {
        book.withLock { book in
            defer { isEmpty.store(book.isEmpty, ordering: .releasing) }
            return body(&book)
        }
    }
}

extension AccessList {
    @discardableResult
    func add(
        _ effect: AccessEntry.Effect, _ subject: AccessEntry.Subject, _ reason: String, _ duration: Duration?, isAutomatic: Bool,
        now: MonotonicTime
    ) throws(AbuseRuleError) -> AccessEntry {
        if let duration { try AbuseRuleError.check(duration, is: "duration") }
        let expiry = duration.map { now.advanced(by: $0) }
        return try book.withLock { (book) throws(AbuseRuleError) in
            defer { isEmpty.store(book.isEmpty, ordering: .releasing) }
            return try book.add(
                effect, subject, reason: reason, expiry: expiry, isAutomatic: isAutomatic, now: now.nanoseconds)
        }
    }

    func standing(_ address: IPAddress?, _ user: String?, _ userAgent: String?, now: MonotonicTime) -> AccessBook.Standing {
        if isEmpty.load(ordering: .acquiring) { return .unlisted }
        return book.withLock { $0.standing(address, user, userAgent, now: now.nanoseconds) }
    }
}
