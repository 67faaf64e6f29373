public import HardeningCore

/// Keeps revocations beyond the life of the process.
///
/// The local list decides; the log remembers. ``RevocationJournal`` writes to a file; an implementation
/// for a database conforms to this, and `HardeningTesting` certifies it. ``VolatileRevocationLog`` is the
/// default.
public protocol RevocationLog: Sendable {
    /// Stores an entry. Returns only once it would survive a crash of the process and the machine.
    ///
    /// - Throws: whatever the store throws; a revocation that was not stored must not look stored.
    func append(_ revocation: Revocation) async throws

    /// Hands over every stored entry, in any order; called once, before the service answers.
    func replay(_ entry: (Revocation) -> Void) async throws

    /// What the replay could not hand over; asked after it.
    ///
    /// A log that never drops what may still matter, and knows that it lost nothing, need not implement it.
    func recovery() async throws -> RevocationRecovery
}

extension RevocationLog {
    public func recovery() async throws -> RevocationRecovery { RevocationRecovery(isComplete: true, forgottenThrough: nil) }
}

/// What a log knows about what it does not hold.
public struct RevocationRecovery: Sendable, Hashable {
    /// Whether every entry that was ever acknowledged and still matters has been handed over.
    ///
    /// False after a torn end, and for a log that did not exist.
    public let isComplete: Bool
    /// Entries of tokens with `exp` up to here may have been dropped; such tokens are refused whatever the
    /// clock says now.
    public let forgottenThrough: Timestamp?

    public init(isComplete: Bool, forgottenThrough: Timestamp?) {
        self.isComplete = isComplete
        self.forgottenThrough = forgottenThrough
    }
}

/// What to do with tokens from before a start when the log may have lost revocations.
public enum IncompleteLogPolicy: Sendable, Hashable {
    /// Everybody signs in again, or refreshes: no revoked token comes back.
    case refuseOlderTokens
    /// A revoked token may work again until it expires. Only for logs whose loss does not matter.
    case acceptOlderTokens
}

/// Keeps nothing: revocations last as long as the process.
///
/// Restoring from it refuses every older token. Right for tests and small services.
public struct VolatileRevocationLog: RevocationLog {
    public init() {}
    public func append(_ revocation: Revocation) {}
    public func replay(_ entry: (Revocation) -> Void) {}
    public func recovery() async throws -> RevocationRecovery { RevocationRecovery(isComplete: false, forgottenThrough: nil) }
}
