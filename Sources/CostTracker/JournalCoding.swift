import HardeningCore

/// The bytes of a journal line: what is hashed, and what durable stores keep.
///
/// Layout, version 1: version, kind, sequence, time, hold, posted entry, the four changes, a byte of flags (1 usage, 2 digest, 4
/// account), the parts it names, and the numbers of the accounts. Numbers as in ``ByteWriter``.
extension JournalEntry {
    private static let version: UInt8 = 1

    package var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 160)
        writer.byte(Self.version)
        writer.byte(kind.code)
        writer.number(sequence)
        writer.signed(at.nanosecondsSince1970)
        writer.number(hold.rawValue)
        writer.number(posted?.rawValue ?? 0)
        writer.signed(moves.budget)
        writer.signed(moves.held)
        writer.signed(moves.suspense)
        writer.signed(moves.spent)
        writer.byte((usage == nil ? 0 : 1) | (digest == nil ? 0 : 2) | (opened == nil ? 0 : 4))
        usage?.encode(into: &writer)
        if let digest {
            writer.number(digest.high)
            writer.number(digest.low)
        }
        if let opened {
            writer.text(opened.scope.rawValue)
            writer.text(opened.name)
            writer.text(opened.window.rawValue)
            writer.signed(opened.start.nanosecondsSince1970)
        }
        writer.number(UInt64(accounts.count))
        for account in accounts { writer.number(account) }
        return writer.bytes
    }

    package init(from reader: inout ByteReader) throws(MalformedBytes) {
        guard try reader.byte() == Self.version, let kind = Kind(validating: try reader.byte()) else { throw MalformedBytes() }
        let (sequence, at) = (try reader.number(), try reader.signed())
        let (hold, posted) = (try reader.number(), try reader.number())
        let moves = Moves(
            budget: try reader.signed(), held: try reader.signed(), suspense: try reader.signed(), spent: try reader.signed())
        let flags = try reader.byte()
        let usage = flags & 1 == 0 ? nil : try TokenUsage(from: &reader)
        let digest = flags & 2 == 0 ? nil : Fingerprint(high: try reader.number(), low: try reader.number())
        var opened: Account?
        if flags & 4 != 0 {
            let (scope, name) = (try reader.requiredText(), try reader.requiredText())
            guard let window = BudgetWindow(rawValue: try reader.requiredText()) else { throw MalformedBytes() }
            opened = Account(
                scope: ScopeKind(rawValue: scope), name: name, window: window,
                start: Timestamp(nanosecondsSince1970: try reader.signed()))
        }
        var accounts: [UInt64] = []
        for _ in 0..<min(try reader.number(), 64) { accounts.append(try reader.number()) }
        guard reader.isAtEnd else { throw MalformedBytes() }
        self.init(
            sequence: sequence, at: Timestamp(nanosecondsSince1970: at), kind: kind, hold: HoldID(rawValue: hold),
            posted: posted == 0 ? nil : EntryID(rawValue: posted), accounts: accounts, moves: moves, usage: usage, digest: digest,
            opened: opened)
    }
}

extension ContentHash {
    /// What the first line of a journal follows: 32 zero bytes.
    package static let genesis = ContentHash(words: [])

    /// The link of a line with these bytes.
    package func chained(_ bytes: [UInt8]) -> ContentHash {
        var hash = SHA256()
        var previous: [UInt8] = []
        previous.reserveCapacity(32 + bytes.count)
        append(to: &previous)
        previous.append(contentsOf: bytes)
        hash.update(previous)
        return hash.finalized()
    }
}
