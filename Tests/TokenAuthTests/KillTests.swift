import Foundation
import HardeningCore
import Testing
import TokenAuth

/// A process that revokes is killed with SIGKILL again and again; what it had acknowledged is there.
@Suite(.serialized, .timeLimit(.minutes(60)))
struct KillTests {
    static let rounds = 50

    /// The writer is built beside the tests.
    static func writer() throws -> URL {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<6 {
            let candidate = folder.appending(path: "TokenAuthCrashWriter")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        return try #require(nil, "TokenAuthCrashWriter is not beside \(CommandLine.arguments[0])")
    }

    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs the writer on the journal, kills it after so many bytes of acknowledgements, and returns the ids.
    static func acknowledged(by writer: URL, path: String, bytes: Int) throws -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = writer
        process.arguments = [path]
        process.standardOutput = output
        try process.run()
        var text: [UInt8] = []
        while text.count < bytes {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text += more
        }
        kill(process.processIdentifier, SIGKILL)
        if let rest = try output.fileHandleForReading.readToEnd() { text += rest }
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropLast().map(String.init)
    }

    @Test func `what was acknowledged before kill -9 is refused after every restart`() async throws {
        let writer = try Self.writer()
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "revocations.journal").path
        var generator = SeededGenerator(state: 4_711)
        var all: Set<String> = []
        for _ in 0..<Self.rounds {
            let acknowledged = try Self.acknowledged(by: writer, path: path, bytes: 23 * Int.random(in: 1...40, using: &generator))
            #expect(!acknowledged.isEmpty)
            all.formUnion(acknowledged)
            let journal = try RevocationJournal(path: path)
            var found: Set<String> = []
            try await journal.replay { if case .token(_, let id, _, _, _) = $0 { found.insert(id.description) } }
            #expect(found.isSuperset(of: all))
            try await journal.close()
        }
        #expect(all.count > Self.rounds)
    }

    @Test func `a journal is held by one process at a time, and freed with it`() async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "j").path
        let first = try RevocationJournal(path: path)
        try await first.append(.everything(through: .distantPast))
        #expect(throws: JournalError.inUse) { try RevocationJournal(path: path) }
        try await first.compact()
        #expect(throws: JournalError.inUse) { try RevocationJournal(path: path) }
        try await first.close()
        await #expect(throws: JournalError.failed) { try await first.append(.everything(through: .distantPast)) }
        #expect(try RevocationJournal(path: path).sequence == 1)
        let missing = folder.appending(path: "no such folder/j").path
        #expect(throws: JournalError.system(operation: "open", code: ENOENT)) { try RevocationJournal(path: missing) }
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
}
