public import HardeningCore

/// Where sessions live: in this process, or in a database that survives it.
///
/// Every operation is one atomic step. The decision is a closure that the store runs inside its
/// transaction, so that of a hundred refreshes of one token exactly one finds it unused; the closure is
/// pure, fast and may be run again when a transaction is retried. `HardeningTesting` certifies an
/// implementation.
///
/// Implementations throw ``RefreshError/storeFull(retryAfter:)`` and errors of their own; any of those is
/// an outage (503), never a 401.
public protocol RefreshSessionStore: Sendable {
    /// Stores a new session durably.
    ///
    /// - Parameter expiry: the record is of no use from here on; a store at capacity drops such records first.
    /// - Throws: ``RefreshError/storeFull(retryAfter:)`` rather than forget a live session.
    func insert(_ session: RefreshSession, expiry: Timestamp, now: Timestamp) async throws

    /// The record, or nil.
    func session(_ id: SessionID) async throws -> RefreshSession?

    /// Runs `change` on the record in one transaction and stores what it left before returning its result.
    ///
    /// - Returns: nil, without calling `change`, when there is no such session.
    func update<Result: Sendable>(_ id: SessionID, _ change: @Sendable (inout RefreshSession) -> Result) async throws -> Result?

    /// Removes one session; no error when it is not there.
    func remove(_ id: SessionID) async throws

    /// Removes every session of a subject.
    ///
    /// - Returns: the ids removed.
    func removeAll(subject: String) async throws -> [SessionID]

    /// The sessions of a subject, oldest first: what a user sees as "your devices".
    func sessions(subject: String) async throws -> [RefreshSession]
}
