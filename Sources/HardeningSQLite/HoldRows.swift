import CostTracker
import GRDB
import HardeningCore

/// What the ledger keeps of a call that reserved, charged or refunded.
struct StoredHold {
    /// What kind of call its key stands for.
    enum Call: Int64 {
        case reserve = 0
        case charge = 1
        case refund = 2
        case adjustment = 3

        /// What its entry is.
        var kind: LedgerEntry.Kind {
            switch self {
            case .reserve, .charge: .charge
            case .refund: .refund
            case .adjustment: .adjustment
            }
        }
    }

    /// The posted entry.
    struct Posting {
        let entry: EntryID
        let at: Timestamp
        let usage: TokenUsage?
        let amount: Money
        let held: Money?
        let refundOf: EntryID?
    }

    var hold: Hold
    let call: Call
    let digest: Fingerprint
    var state: HoldState
    var deadline: Timestamp
    let accounts: [Int64]
    /// The part of a charge that was given back.
    var refunded: Int64 = 0
    /// What adjustments added to a charge.
    var adjusted: Int64 = 0
    /// The price of the last adjustment.
    var adjustedPrice: ModelPrice?
    var posting: Posting?

    var id: Int64 { Int64(bitPattern: hold.id.rawValue) }

    var entry: LedgerEntry? {
        posting.map { posting in
            LedgerEntry(
                id: posting.entry, kind: call.kind, postedAt: posting.at, hold: hold, usage: posting.usage,
                amount: posting.amount, held: posting.held, refundOf: posting.refundOf)
        }
    }

    /// Of everything that changes or decides about money.
    func seal(price: Int64, adjustedPrice: Int64?, request: [UInt8]) -> Int64 {
        var writer = ByteWriter(reserving: 256)
        writer.text(hold.key)
        let numbers: [Int64] = [
            id, call.rawValue, state.code, deadline.nanosecondsSince1970, hold.amount.picoUSD, hold.reservedAt.nanosecondsSince1970,
            hold.expiresAt.nanosecondsSince1970, price, refunded, posting.map { Int64(bitPattern: $0.entry.rawValue) } ?? 0,
            posting?.at.nanosecondsSince1970 ?? 0, posting?.amount.picoUSD ?? 0, posting?.held?.picoUSD ?? -1,
            (posting?.refundOf).map { Int64(bitPattern: $0.rawValue) } ?? 0,
        ]
        for number in numbers { writer.signed(number) }
        writer.number(digest.high)
        writer.number(digest.low)
        for account in accounts { writer.signed(account) }
        posting?.usage?.encode(into: &writer)
        for byte in request { writer.byte(byte) }
        // Only where there is one: the rows of the first layout were sealed without.
        if let adjustedPrice {
            writer.signed(adjusted)
            writer.signed(adjustedPrice)
        } else if adjusted != 0 {
            writer.signed(adjusted)
        }
        return RowSeal.of(writer)
    }
}

extension HoldState {
    private static let inOrder: [HoldState] = [.reserved, .dispatched, .suspense, .settled, .released, .expired]

    var code: Int64 { Int64(Self.inOrder.firstIndex(of: self) ?? 0) }

    init?(code: Int64) {
        guard let state = Self.inOrder.indices.contains(Int(code)) ? Self.inOrder[Int(code)] : nil else { return nil }
        self = state
    }

}

/// The holds that recent steps touched, and the statements that find and keep them.
struct HoldRows {
    private var recent: [Int64: StoredHold] = [:]
    private var prices: PriceRows
    private let byID: SQLStatement
    private let byKey: SQLStatement
    private let byEntry: SQLStatement
    private let insert: SQLStatement
    private let update: SQLStatement
    private let due: SQLStatement
    private let newest: SQLStatement

    private static let columns = """
        id, key, digest, call, state, deadline, amount, reserved_at, expires_at, price, request, accounts, refunded, seal, \
        entry, posted_at, posted_amount, posted_held, usage, refund_of, adjusted, adjusted_price
        """

    init(_ database: Database) throws {
        prices = try PriceRows(database)
        func select(_ rest: String) throws -> SQLStatement {
            try SQLStatement("SELECT \(Self.columns) FROM hold WHERE \(rest)", on: database)
        }
        byID = try select("id = ?")
        byKey = try select("key = ?")
        byEntry = try select("entry = ?")
        // Only a query that repeats the condition of the partial index is served by it.
        due = try select("state < 3 AND state = ? AND deadline <= ? ORDER BY deadline, id LIMIT 1")
        newest = try select("entry IS NOT NULL ORDER BY entry DESC LIMIT ?")
        insert = try SQLStatement(
            "INSERT INTO hold (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", on: database)
        update = try SQLStatement(
            """
            UPDATE hold SET state = ?, deadline = ?, refunded = ?, seal = ?, entry = ?, posted_at = ?, posted_amount = ?, posted_held = ?,
            usage = ?, refund_of = ?, adjusted = ?, adjusted_price = ? WHERE id = ?
            """, on: database)
    }

    // MARK: Finding

    mutating func find(_ id: HoldID) throws -> StoredHold? {
        let row = Int64(bitPattern: id.rawValue)
        if let known = recent[row] { return known }
        return try remember(byID.first(.integer(row)) { try read($0) })
    }

    mutating func find(key: String) throws -> StoredHold? { try remember(byKey.first(.text(key)) { try read($0) }) }

    mutating func find(_ entry: EntryID) throws -> StoredHold? {
        try remember(byEntry.first(SQLValue(entry.rawValue)) { try read($0) })
    }

    /// The first hold of a state whose deadline has come; for ``HoldState/suspense`` the one that waits longest.
    mutating func firstDue(_ state: HoldState, now: Timestamp) throws -> StoredHold? {
        try remember(due.first(.integer(state.code), .integer(now.nanosecondsSince1970)) { try read($0) })
    }

    mutating func newest(limit: Int) throws -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        try newest.each(.integer(Int64(limit))) { row in
            if let entry = try read(row).entry { entries.append(entry) }
            return true
        }
        return entries
    }

    private mutating func remember(_ hold: StoredHold?) -> StoredHold? {
        if let hold { recent[hold.id] = hold }
        return hold
    }

    // MARK: Keeping

    mutating func add(_ stored: StoredHold) throws {
        let price = try prices.id(of: stored.hold.request.price)
        let adjustedPrice = try stored.adjustedPrice.map { try prices.id(of: $0) }
        let request = Self.bytes(of: stored.hold.request)
        var (digest, accounts) = (ByteWriter(reserving: 24), ByteWriter(reserving: 32))
        digest.number(stored.digest.high)
        digest.number(stored.digest.low)
        for account in stored.accounts { accounts.signed(account) }
        try insert.run(
            .integer(stored.id), SQLValue(stored.hold.key), .bytes(digest.bytes), .integer(stored.call.rawValue),
            .integer(stored.state.code), .integer(stored.deadline.nanosecondsSince1970), .integer(stored.hold.amount.picoUSD),
            .integer(stored.hold.reservedAt.nanosecondsSince1970), .integer(stored.hold.expiresAt.nanosecondsSince1970),
            .integer(price), .bytes(request), .bytes(accounts.bytes), .integer(stored.refunded),
            .integer(stored.seal(price: price, adjustedPrice: adjustedPrice, request: request)),
            SQLValue(stored.posting.map { Int64(bitPattern: $0.entry.rawValue) }),
            SQLValue(stored.posting?.at.nanosecondsSince1970), SQLValue(stored.posting?.amount.picoUSD),
            SQLValue(stored.posting?.held?.picoUSD), Self.usage(stored.posting),
            SQLValue((stored.posting?.refundOf).map { Int64(bitPattern: $0.rawValue) }), .integer(stored.adjusted),
            SQLValue(adjustedPrice))
        recent[stored.id] = stored
    }

    mutating func change(_ stored: StoredHold) throws {
        let price = try prices.id(of: stored.hold.request.price)
        let adjustedPrice = try stored.adjustedPrice.map { try prices.id(of: $0) }
        let seal = stored.seal(price: price, adjustedPrice: adjustedPrice, request: Self.bytes(of: stored.hold.request))
        try update.run(
            .integer(stored.state.code), .integer(stored.deadline.nanosecondsSince1970), .integer(stored.refunded), .integer(seal),
            SQLValue(stored.posting.map { Int64(bitPattern: $0.entry.rawValue) }), SQLValue(stored.posting?.at.nanosecondsSince1970),
            SQLValue(stored.posting?.amount.picoUSD), SQLValue(stored.posting?.held?.picoUSD), Self.usage(stored.posting),
            SQLValue((stored.posting?.refundOf).map { Int64(bitPattern: $0.rawValue) }), .integer(stored.adjusted), SQLValue(adjustedPrice),
            .integer(stored.id))
        recent[stored.id] = stored
    }

    mutating func forgetAll() {
        recent.removeAll(keepingCapacity: true)
        prices.forgetAll()
    }

    var count: Int { recent.count + prices.count }

    // MARK: Rows

    private static func bytes(of request: PricedRequest) -> [UInt8] {
        var writer = ByteWriter(reserving: 128)
        request.encode(into: &writer)
        return writer.bytes
    }

    private static func usage(_ posting: StoredHold.Posting?) -> SQLValue {
        guard let usage = posting?.usage else { return .null }
        var writer = ByteWriter(reserving: 32)
        usage.encode(into: &writer)
        return .bytes(writer.bytes)
    }

    /// - Throws: ``SQLFailure`` when the row is not the one that was written.
    private mutating func read(_ row: SQLRow) throws -> StoredHold {
        let id = row.integer(0)
        guard let call = StoredHold.Call(rawValue: row.integer(3)), let state = HoldState(code: row.integer(4)) else {
            throw SQLFailure.damaged("hold \(id)")
        }
        let (priceID, adjustedPriceID, request) = (row.integer(9), row.optionalInteger(21), row.bytes(10))
        do {
            let price = try prices.price(priceID)
            let stored = StoredHold(
                hold: Hold(
                    id: HoldID(rawValue: UInt64(bitPattern: id)), key: row.optionalText(1), request: try Self.request(request, price),
                    amount: Money(picoUSD: row.integer(6)), reservedAt: Timestamp(nanosecondsSince1970: row.integer(7)),
                    expiresAt: Timestamp(nanosecondsSince1970: row.integer(8))),
                call: call, digest: try Self.digest(row.bytes(2)), state: state,
                deadline: Timestamp(nanosecondsSince1970: row.integer(5)), accounts: try Self.accounts(row.bytes(11)),
                refunded: row.integer(12), adjusted: row.integer(20), adjustedPrice: try adjustedPriceID.map { try prices.price($0) },
                posting: try Self.posting(row))
            guard row.integer(13) == stored.seal(price: priceID, adjustedPrice: adjustedPriceID, request: request) else {
                throw MalformedBytes()
            }
            return stored
        } catch is MalformedBytes {
            throw SQLFailure.damaged("hold \(id)")
        }
    }

    private static func request(_ bytes: [UInt8], _ price: ModelPrice) throws -> PricedRequest {
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            return try PricedRequest(from: &reader, price: price)
        }
    }

    private static func digest(_ bytes: [UInt8]) throws -> Fingerprint {
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            return Fingerprint(high: try reader.number(), low: try reader.number())
        }
    }

    private static func accounts(_ bytes: [UInt8]) throws -> [Int64] {
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            var accounts: [Int64] = []
            while !reader.isAtEnd { accounts.append(try reader.signed()) }
            return accounts
        }
    }

    private static func posting(_ row: SQLRow) throws -> StoredHold.Posting? {
        guard let entry = row.optionalInteger(14) else { return nil }
        let usage: TokenUsage? =
            row.isNull(18)
            ? nil
            : try row.bytes(18).withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                return try TokenUsage(from: &reader)
            }
        return StoredHold.Posting(
            entry: EntryID(rawValue: UInt64(bitPattern: entry)), at: Timestamp(nanosecondsSince1970: row.integer(15)), usage: usage,
            amount: Money(picoUSD: row.integer(16)), held: row.optionalInteger(17).map(Money.init(picoUSD:)),
            refundOf: row.optionalInteger(19).map { EntryID(rawValue: UInt64(bitPattern: $0)) })
    }
}
