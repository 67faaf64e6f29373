import GRDB

/// SQL past the store, as someone with the file and a shell could run it.
enum SQLite {
    static func execute(_ sql: String, in path: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    static func number(_ sql: String, in path: String) throws -> Int64? {
        try DatabaseQueue(path: path).read { try Int64.fetchOne($0, sql: sql) }
    }
}

extension SQLite {
    /// Holds the write lock of the file while `body` runs.
    static func whileLocked(_ path: String, _ body: () throws -> Void) throws {
        try DatabaseQueue(path: path).inDatabase { database in
            try database.beginTransaction(.immediate)
            defer { try? database.rollback() }
            try body()
        }
    }
}
