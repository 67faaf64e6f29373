import CostTracker
import GRDB

/// The price rows that requests were priced with, each kept once.
struct PriceRows {
    private var byID: [Int64: ModelPrice] = [:]
    /// Keeps the row alive, so that its identity stays its own.
    private var idOf: [ObjectIdentifier: (id: Int64, price: ModelPrice)] = [:]
    private let find: SQLStatement
    private let read: SQLStatement
    private let insert: SQLStatement

    init(_ database: Database) throws {
        find = try SQLStatement("SELECT id FROM price WHERE row = ?", on: database)
        read = try SQLStatement("SELECT row FROM price WHERE id = ?", on: database)
        insert = try SQLStatement("INSERT INTO price (row) VALUES (?) RETURNING id", on: database)
    }

    mutating func id(of price: ModelPrice) throws -> Int64 {
        if let known = idOf[ObjectIdentifier(price)] { return known.id }
        var writer = ByteWriter(reserving: 512)
        price.encode(into: &writer)
        let row = SQLValue.bytes(writer.bytes)
        guard let id = try find.first(row, read: { $0.integer(0) }) ?? insert.first(row, read: { $0.integer(0) }) else {
            throw SQLFailure.damaged("the table of prices")
        }
        idOf[ObjectIdentifier(price)] = (id, price)
        return id
    }

    mutating func price(_ id: Int64) throws -> ModelPrice {
        if let known = byID[id] { return known }
        let price = try read.first(.integer(id)) { row in
            try row.bytes(0).withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                return try ModelPrice(from: &reader)
            }
        }
        guard let price else { throw SQLFailure.damaged("price row \(id)") }
        byID[id] = price
        return price
    }

    mutating func forgetAll() {
        byID.removeAll(keepingCapacity: true)
        idOf.removeAll(keepingCapacity: true)
    }

    var count: Int { byID.count + idOf.count }
}
