import Foundation
import GRDB
import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// What an identity store refuses to open, and leaves as it is.
@Suite(.timeLimit(.minutes(60))) struct OpeningTests {
    private func filled() async throws -> TemporaryFolder {
        let bench = try IdentityBench()
        for index in 0..<50 {
            try await SQLiteRevocationLog(bench.database, time: .manual(bench.time)).append(
                .subject(issuer: "i", "u\(index)", through: start))
            _ = try await bench.sessions().signIn(subject: "u\(index)")
        }
        try await bench.database.close()
        return bench.folder
    }

    private func refusal(_ path: String) async -> String? { await code { _ = try IdentityDatabase(path: path) } }

    @Test func `one process has the file, until it closes it or dies`() async throws {
        let bench = try IdentityBench()
        #expect(await refusal(bench.folder.identity) == "IDENTITY_STORE_LOCKED")
        let crasher = try ChildProcess.executable("IdentityCrasher")
        #expect(try ChildProcess(crasher, ["open", bench.folder.identity, "0"]).lines() == ["error IDENTITY_STORE_LOCKED"])
        try await bench.database.close()
        #expect(try ChildProcess(crasher, ["open", bench.folder.identity, "0"]).lines() == ["opened"])
        try await bench.reopen()
    }

    @Test func `after close everything is refused, and closing again is no error`() async throws {
        let bench = try IdentityBench()
        let accounts = SQLiteAccountStore(bench.database)
        let log = SQLiteRevocationLog(bench.database)
        for _ in 0..<2 { try await bench.database.close() }
        #expect(await code { _ = try await accounts.find(id: "u") } == "IDENTITY_STORE_CLOSED")
        #expect(await code { try await log.append(.everything(through: start)) } == "IDENTITY_STORE_CLOSED")
        #expect(await code { _ = try await accounts.erase(id: "u") } == "IDENTITY_STORE_CLOSED")
    }

    @Test func `a file that is no database, another database and a newer store are refused and left untouched`() async throws {
        let folder = try TemporaryFolder()
        let text = Data(String(repeating: "not a database, although it is long enough to look at", count: 100).utf8)
        try text.write(to: URL(filePath: folder.identity))
        #expect(await refusal(folder.identity) == "IDENTITY_STORE_CORRUPT")
        #expect(FileManager.default.contents(atPath: folder.identity) == text)
        let cases = [
            ("PRAGMA user_version = 99", "IDENTITY_SCHEMA_TOO_NEW"), ("PRAGMA user_version = -1", "IDENTITY_STORE_CORRUPT"),
            ("PRAGMA application_id = 7", "IDENTITY_NOT_AN_IDENTITY_FILE"),
        ]
        for (sql, expected) in cases {
            let folder = try await filled()
            try SQLite.execute(sql, in: folder.identity)
            let before = FileManager.default.contents(atPath: folder.identity)
            #expect(await refusal(folder.identity) == expected)
            #expect(FileManager.default.contents(atPath: folder.identity) == before)
        }
        #expect(await refusal("/no/such/folder/identity.sqlite") == "IDENTITY_STORE_UNREACHABLE")
        #expect(await refusal(folder.path) == "IDENTITY_STORE_UNREACHABLE")
    }

    @Test func `a database that says nothing of itself is refused unless it is empty`() throws {
        let folder = try TemporaryFolder()
        try SQLite.execute("CREATE TABLE customer (name TEXT)", in: folder.identity)
        let before = FileManager.default.contents(atPath: folder.identity)
        #expect(throws: IdentityStoreError.notAnIdentityFile) { _ = try IdentityDatabase(path: folder.identity) }
        #expect(FileManager.default.contents(atPath: folder.identity) == before)
        let empty = try TemporaryFolder()
        try Data().write(to: URL(filePath: empty.identity))
        #expect(try IdentityDatabase(path: empty.identity).isNew)
    }

    @Test func `a read-only file is refused, whether or not its folder is`() async throws {
        let crasher = try ChildProcess.executable("IdentityCrasher")
        for folderMode in [0o555, 0o777] {
            let folder = try await filled()
            let files = FileManager.default
            try files.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.identity)
            try files.setAttributes([.posixPermissions: 0o666], ofItemAtPath: folder.identity + ".lock")
            try files.setAttributes([.posixPermissions: folderMode], ofItemAtPath: folder.path)
            defer { try? files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
            let lines = try ChildProcess(crasher, ["open-as-nobody", folder.identity, "0"]).lines()
            #expect(lines == ["error IDENTITY_STORE_READ_ONLY"])
        }
    }

    @Test func `the files are readable by their owner alone`() async throws {
        let bench = try IdentityBench()
        try await SQLiteRevocationLog(bench.database).append(.everything(through: start))
        for suffix in ["", "-wal", ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: bench.folder.identity + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
    }

    @Test func `a changed byte is refused at opening or at reading, or changed nothing that can be read`() async throws {
        let folder = try await filled()
        let good = try #require(FileManager.default.contents(atPath: folder.identity))
        let expected = try await contents(folder)
        var random = SeededGenerator(state: 3)
        var refused = 0
        for _ in 0..<40 {
            var data = good
            data[Int.random(in: 0..<data.count, using: &random)] ^= 0x11
            try data.write(to: URL(filePath: folder.identity))
            do {
                #expect(try await contents(folder) == expected)
            } catch {
                #expect(error is IdentityStoreError, "\(error)")
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test func `a key of an index that was changed is found by verifying`() async throws {
        let folder = try await filled()
        let data = try #require(FileManager.default.contents(atPath: folder.identity))
        let bench = try IdentityBench(folder: folder)
        let id = try #require(try await SQLiteRefreshSessionStore(bench.database).sessions(subject: "u7").first?.id)
        try await bench.database.verify()
        try await bench.database.close()
        // Twice in the file: in the row and in the index. Either one.
        for occurrence in 0..<2 {
            var changed = data
            var start = data.startIndex
            for _ in 0..<occurrence {
                start = try #require(data.range(of: Data(id.description.utf8), in: start..<data.endIndex)).upperBound
            }
            let place = try #require(data.range(of: Data(id.description.utf8), in: start..<data.endIndex))
            changed[place.upperBound - 1] ^= 0x01
            try changed.write(to: URL(filePath: folder.identity))
            let damaged = try IdentityBench(folder: folder)
            #expect(await code { try await damaged.database.verify() } == "IDENTITY_STORE_CORRUPT")
            try? await damaged.database.close()
        }
    }

    /// Everything that can be read, as text.
    private func contents(_ folder: TemporaryFolder) async throws -> [String] {
        let bench = try IdentityBench(folder: folder)
        var all: [String] = []
        do {
            try await SQLiteRevocationLog(bench.database, time: .manual(bench.time)).replay { all.append("\($0)") }
            for index in 0..<50 {
                for session in try await SQLiteRefreshSessionStore(bench.database).sessions(subject: "u\(index)") {
                    all.append("\(session.id) \(session.current.bytes) \(session.createdAt)")
                }
            }
        } catch {
            try? await bench.database.close()
            throw error
        }
        try? await bench.database.close()
        return all
    }
}
