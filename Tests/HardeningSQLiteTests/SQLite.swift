import GRDB

/// SQL past the store, as someone with the file and a shell could run it.
enum SQLite {
    static func execute(_ sql: String, in path: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    /// Runs a dump, which has a transaction of its own.
    static func script(_ sql: String, in path: String) throws {
        try DatabaseQueue(path: path).inDatabase { try $0.execute(sql: sql) }
    }

    static func number(_ sql: String, in path: String) throws -> Int64? {
        try DatabaseQueue(path: path).read { try Int64.fetchOne($0, sql: sql) }
    }
}

/// The write lock of a file, as another process would hold it.
final class FileLock: Sendable {
    private let queue: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
    }

    func release() throws { try queue.writeWithoutTransaction { try $0.rollback() } }
}
