import CostTracker
import GRDB
import HardeningCore

/// The accounts that recent steps touched: read once, changed in memory, written once per commit.
///
/// A day's account takes part in every step; in a commit shared by fifty callers it is written once. Bounded: past `capacity`
/// accounts the cache starts anew with the next commit.
struct AccountRows {
    struct Row {
        let id: Int64
        var state: AccountState
        fileprivate var isChanged = false
    }

    /// Names that are equal as text but not as bytes are two accounts, in SQLite as in memory.
    private struct Name: Hashable {
        let account: Account

        static func == (left: Name, right: Name) -> Bool {
            left.account == right.account && left.account.name.utf8.elementsEqual(right.account.name.utf8)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(account.name)
            hasher.combine(account.start)
        }
    }

    private(set) var rows: [Row] = []
    private var positionByID: [Int64: Int] = [:]
    private var positionByName: [Name: Int] = [:]
    private var changed: [Int] = []
    private let byName: SQLStatement
    private let byID: SQLStatement
    private let insert: SQLStatement
    private let update: SQLStatement

    static let columns = """
        id, scope, name, period, starts, ends, used, held, suspense, refunded, requests, input_tokens, output_tokens, \
        limit_pico_usd, warnings, raised, seal
        """

    init(_ database: Database) throws {
        byName = try SQLStatement(
            "SELECT \(Self.columns) FROM account WHERE name = ? AND scope = ? AND period = ? AND starts = ?", on: database)
        byID = try SQLStatement("SELECT \(Self.columns) FROM account WHERE id = ?", on: database)
        insert = try SQLStatement(
            "INSERT INTO account (\(Self.columns)) VALUES ((SELECT ifnull(max(id), 0) + 1 FROM account), ?,?,?,?,?,0,0,0,0,0,0,0,NULL,0,0,0) RETURNING id",
            on: database)
        update = try SQLStatement(
            """
            UPDATE account SET used = ?, held = ?, suspense = ?, refunded = ?, requests = ?, input_tokens = ?, output_tokens = ?,
            limit_pico_usd = ?, warnings = ?, raised = ?, seal = ? WHERE id = ?
            """, on: database)
    }

    /// Where an account stands in ``rows``; nil when it was never used.
    mutating func find(_ account: Account) throws -> Int? {
        if let position = positionByName[Name(account: account)] { return position }
        let row = try byName.first(
            .text(account.name), .text(account.scope.rawValue), .text(account.window.rawValue),
            .integer(account.start.nanosecondsSince1970), read: Self.read)
        return row.map { add($0) }
    }

    mutating func find(id: Int64) throws -> Int {
        if let position = positionByID[id] { return position }
        guard let row = try byID.first(.integer(id), read: Self.read) else { throw SQLFailure.damaged("account \(id)") }
        return add(row)
    }

    mutating func open(_ limit: AccountLimit, now: Timestamp) throws -> Int {
        let account = limit.account
        let id = try insert.first(
            .text(account.scope.rawValue), .text(account.name), .text(account.window.rawValue),
            .integer(account.start.nanosecondsSince1970), .integer(limit.windowEnd.nanosecondsSince1970)
        ) { $0.integer(0) }
        guard let id else { throw SQLFailure.damaged("the table of accounts") }
        let position = add(Row(id: id, state: AccountState(account: account, hash: 0, windowEnd: limit.windowEnd, now: now)))
        change(position) { _ in }  // the row has no seal yet
        return position
    }

    mutating func change(_ position: Int, _ body: (inout AccountState) -> Void) {
        body(&rows[position].state)
        if !rows[position].isChanged {
            rows[position].isChanged = true
            changed.append(position)
        }
    }

    /// Writes what changed.
    mutating func flush() throws {
        for position in changed {
            let (id, state) = (rows[position].id, rows[position].state)
            let totals = state.totals
            try update.run(
                .integer(totals.used), .integer(totals.held), .integer(totals.suspense), .integer(totals.refunded),
                .integer(totals.requests), .integer(totals.inputTokens), .integer(totals.outputTokens), SQLValue(state.limit?.picoUSD),
                .integer(Int64(state.warnings.packed)), .integer(Int64(state.raised)), .integer(Self.seal(id, state)), .integer(id))
            rows[position].isChanged = false
        }
        changed.removeAll(keepingCapacity: true)
    }

    mutating func forgetAll() {
        rows.removeAll(keepingCapacity: true)
        positionByID.removeAll(keepingCapacity: true)
        positionByName.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ row: Row) -> Int {
        rows.append(row)
        positionByID[row.id] = rows.count - 1
        positionByName[Name(account: row.state.account)] = rows.count - 1
        return rows.count - 1
    }

    /// - Throws: ``SQLFailure`` when the row is not the one that was written.
    static func read(_ row: SQLRow) throws -> Row {
        let id = row.integer(0)
        guard let window = BudgetWindow(rawValue: row.text(3)) else { throw SQLFailure.damaged("account \(id)") }
        let account = Account(
            scope: ScopeKind(rawValue: row.text(1)), name: row.text(2), window: window,
            start: Timestamp(nanosecondsSince1970: row.integer(4)))
        let totals = AccountTotals(
            used: row.integer(6), held: row.integer(7), suspense: row.integer(8), refunded: row.integer(9), requests: row.integer(10),
            inputTokens: row.integer(11), outputTokens: row.integer(12))
        let state = AccountState(
            account: account, windowEnd: Timestamp(nanosecondsSince1970: row.integer(5)), totals: totals,
            limit: row.optionalInteger(13).map(Money.init(picoUSD:)),
            warnings: WarningLevels(packed: UInt32(truncatingIfNeeded: row.integer(14))),
            raised: UInt8(truncatingIfNeeded: row.integer(15)))
        guard row.integer(16) == seal(id, state) else { throw SQLFailure.damaged("account \(id)") }
        return Row(id: id, state: state)
    }

    private static func seal(_ id: Int64, _ state: AccountState) -> Int64 {
        var writer = ByteWriter(reserving: 128)
        writer.signed(id)
        writer.text(state.account.scope.rawValue)
        writer.text(state.account.name)
        writer.text(state.account.window.rawValue)
        let totals = state.totals
        for number in [
            state.account.start.nanosecondsSince1970, state.windowEnd.nanosecondsSince1970, totals.used, totals.held, totals.suspense,
            totals.refunded, totals.requests, totals.inputTokens, totals.outputTokens, Int64(state.warnings.packed), Int64(state.raised),
        ] {
            writer.signed(number)
        }
        writer.optional(state.limit?.picoUSD)
        return RowSeal.of(writer)
    }
}
