public import HardeningCore
import Synchronization

/// Keeps sessions in this process: a restart signs everybody out.
///
/// At capacity it drops what has expired and then refuses new sign-ins; a live session is never
/// forgotten to make room. A subject at its own limit loses its oldest session, which a forgotten
/// browser is more likely to be than a new one.
///
/// Memory: about 500 bytes a session. Complexity: O(1), but O(sessions of the subject) where all of a
/// subject's are meant, and O(n) to drop expired ones, at most once a second and only at capacity.
public final class InMemoryRefreshSessionStore: RefreshSessionStore {
    fileprivate struct Record {
        var session: RefreshSession
        let expiry: Timestamp
    }

    fileprivate struct State {
        var records: [SessionID: Record] = [:]
        /// Oldest first.
        var bySubject: [String: [SessionID]] = [:]
        var nextSweep = Timestamp.distantPast
    }

    /// Sessions at most.
    public let capacity: Int
    /// Sessions of one subject at most.
    public let subjectCapacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: 100,000 by default: about 50 MB.
    ///   - subjectCapacity: 32 by default: more devices than anybody signs in from.
    public init(capacity: Int = 100_000, subjectCapacity: Int = 32) {
        self.capacity = max(1, capacity)
        self.subjectCapacity = max(1, subjectCapacity)
    }

    public var count: Int { state.withLock { $0.records.count } }

    public func insert(_ session: RefreshSession, expiry: Timestamp, now: Timestamp) throws {
        try state.withLock { state in
            if state.bySubject[session.subject]?.count ?? 0 >= subjectCapacity, let oldest = state.bySubject[session.subject]?.first {
                state.remove(oldest)
            }
            if state.records.count >= capacity { state.dropExpired(now: now) }
            guard state.records.count < capacity else { throw RefreshError.storeFull(retryAfter: .seconds(60)) }
            state.remove(session.id)
            state.records[session.id] = Record(session: session, expiry: expiry)
            state.bySubject[session.subject, default: []].append(session.id)
        }
    }

    public func session(_ id: SessionID) -> RefreshSession? {
        state.withLock { $0.records[id]?.session }
    }

    public func update<Result: Sendable>(_ id: SessionID, _ change: @Sendable (inout RefreshSession) -> Result) -> Result? {
        state.withLock { state in
            guard var session = state.records[id]?.session else { return nil }
            let result = change(&session)
            state.records[id]?.session = session
            return result
        }
    }

    public func remove(_ id: SessionID) {
        state.withLock { $0.remove(id) }
    }

    public func removeAll(subject: String) -> [SessionID] {
        state.withLock { state in
            let removed = state.bySubject[subject] ?? []
            for id in removed { state.remove(id) }
            return removed
        }
    }

    public func sessions(subject: String) -> [RefreshSession] {
        state.withLock { state in
            (state.bySubject[subject] ?? []).compactMap { state.records[$0]?.session }
        }
    }
}

extension InMemoryRefreshSessionStore.State {
    fileprivate mutating func remove(_ id: SessionID) {
        guard let subject = records.removeValue(forKey: id)?.session.subject else { return }
        bySubject[subject]?.removeAll { $0 == id }
        if bySubject[subject]?.isEmpty ?? false { bySubject[subject] = nil }
    }

    fileprivate mutating func dropExpired(now: Timestamp) {
        guard now >= nextSweep else { return }
        nextSweep = now.advanced(by: .seconds(1))
        for (id, record) in records where record.expiry <= now { remove(id) }
    }
}
