public import HardeningCore
import Synchronization

/// How stale a route lets the revocations be that it decides by.
public enum StalenessPolicy: Sendable, Hashable {
    /// Refuse with 503 beyond the bound that the follower sets for the whole service: money, credentials.
    case strict
    /// Refuse with 503 beyond a bound of the route's own.
    case bounded(Duration)
    /// Never refuse: a logout may take effect late here. For reads of no consequence.
    case open
}

/// The revocations of this instance are older than a route allows: answer 503, never 401.
public struct RevocationsStale: Error, Sendable, Hashable, CustomStringConvertible {
    /// Since the log was last read to its end; nil when it never was.
    public let staleness: Duration?
    public let bound: Duration
    /// For the `Retry-After` header.
    public let retryAfter: Duration

    public init(staleness: Duration?, bound: Duration, retryAfter: Duration) {
        self.staleness = staleness
        self.bound = bound
        self.retryAfter = retryAfter
    }

    public var code: String { "TOKEN_REVOCATIONS_STALE" }

    public var description: String {
        let age = staleness.map { "\($0.components.seconds) s old" } ?? "not loaded yet"
        return "the list of revoked tokens is \(age), \(bound.components.seconds) s are allowed"
    }
}

/// Keeps the list of one instance up with a log that several write to, and knows how far behind it is.
///
/// ```swift
/// let follower = RevocationFollower(list: tokens.revocations, log: sharedLog)
/// Task { try await follower.run() }
/// try follower.require(.strict)            // per request: two loads and a clock read
/// ```
public final class RevocationFollower: Sendable {
    /// What `.strict` allows.
    public let bound: Duration
    private let interval: Duration
    private let list: RevocationList
    private let log: any SequencedRevocationLog
    private let time: TimeSource
    private let applied = Atomic<UInt64>(0)
    /// When the last complete reading began, in nanoseconds; `.min` before the first.
    private let freshAt = Atomic(Int64.min)

    /// - Parameters:
    ///   - interval: between readings, 1 s by default: how late a logout elsewhere may arrive.
    ///   - bound: see ``StalenessPolicy/strict``; 5 s by default: several readings may fail.
    public init(
        list: RevocationList, log: any SequencedRevocationLog, interval: Duration = .seconds(1), bound: Duration = .seconds(5),
        time: TimeSource = .system
    ) {
        self.list = list
        self.log = log
        self.interval = max(.milliseconds(10), interval)
        self.bound = max(.zero, bound)
        self.time = time
    }

    /// The number of the last entry applied.
    public var position: UInt64 { applied.load(ordering: .acquiring) }

    /// Since the beginning of the last reading that reached the end of the log; nil before the first.
    public var staleness: Duration? {
        let fresh = freshAt.load(ordering: .acquiring)
        return fresh == .min ? nil : max(.zero, time.monotonic.duration(since: MonotonicTime(nanoseconds: fresh)))
    }

    /// Reads on to the end of the log.
    ///
    /// May run in several tasks at once: entries are applied in any order and twice without harm.
    ///
    /// - Throws: what the log throws; the staleness goes on growing then.
    public func catchUp() async throws {
        // What is stored after this moment may be missed: the list is as fresh as the beginning.
        let began = time.monotonic.nanoseconds
        while true {
            let page = try await log.entries(after: position, limit: 1_000)
            for entry in page.entries { list.apply(entry.revocation, now: time.timestamp) }
            applied.max(page.position, ordering: .acquiringAndReleasing)
            if page.isLast { break }
        }
        freshAt.max(began, ordering: .acquiringAndReleasing)
    }

    /// Catches up again and again until the task is cancelled; failures only show in ``staleness``.
    public func run() async throws {
        while true {
            try? await catchUp()
            try await Task.sleep(for: interval)
        }
    }

    /// Refuses when the list is older than the route allows.
    ///
    /// - Throws: ``RevocationsStale``.
    public func require(_ policy: StalenessPolicy) throws(RevocationsStale) {
        let allowed: Duration
        switch policy {
        case .open: return
        case .strict: allowed = bound
        case .bounded(let own): allowed = own
        }
        let staleness = staleness
        if let staleness, staleness <= allowed { return }
        throw RevocationsStale(staleness: staleness, bound: allowed, retryAfter: max(.seconds(1), interval))
    }
}
