/// A log whose entries are numbered, so that another instance can ask for what it has not seen.
///
/// Notifications may wake a reader; they cannot replace this, because a reader that was away has missed
/// them. Entries that no longer matter may be gone, so that numbers have gaps; what is there keeps its number.
public protocol SequencedRevocationLog: RevocationLog {
    /// The entries after a number, in order.
    ///
    /// - Parameters:
    ///   - sequence: the last number the reader has applied; 0 for none.
    ///   - limit: entries at most, at least 1.
    func entries(after sequence: UInt64, limit: Int) async throws -> RevocationPage
}

/// A part of a ``SequencedRevocationLog``.
public struct RevocationPage: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let sequence: UInt64
        public let revocation: Revocation

        public init(sequence: UInt64, revocation: Revocation) {
            self.sequence = sequence
            self.revocation = revocation
        }
    }

    public let entries: [Entry]
    /// Where to go on: the last number handed over, or the newest of the log when nothing is left.
    public let position: UInt64
    /// Whether there was nothing more when the page was read.
    public let isLast: Bool

    public init(entries: [Entry], position: UInt64, isLast: Bool) {
        self.entries = entries
        self.position = position
        self.isLast = isLast
    }
}
