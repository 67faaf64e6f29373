/// Keeps revocations beyond the life of the process.
///
/// The local list decides; the log remembers. An implementation that writes to disk or to other
/// instances conforms to this; ``VolatileRevocationLog`` is the default.
public protocol RevocationLog: Sendable {
    /// Stores an entry. Returns only once it would survive a crash of the process and the machine.
    ///
    /// - Throws: whatever the store throws; a revocation that was not stored must not look stored.
    func append(_ revocation: Revocation) async throws

    /// Hands over every stored entry, in any order; called once, before the service answers.
    func replay(_ entry: (Revocation) -> Void) async throws
}

/// Keeps nothing: revocations last as long as the process.
///
/// Right for tests and for services whose restart signs everybody out by a new key.
public struct VolatileRevocationLog: RevocationLog {
    public init() {}
    public func append(_ revocation: Revocation) {}
    public func replay(_ entry: (Revocation) -> Void) {}
}
