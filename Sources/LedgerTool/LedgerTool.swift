import CostTracker
import HardeningSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looks after ledger files from the command line; `scripts/backup` and `scripts/restore` call it.
///
/// Exit codes: 0 done, 1 not done or not sound, 64 wrong usage (sysexits).
@main
struct LedgerTool {
    private static let usage = """
        usage: LedgerTool verify  FILE [--through HASH]   replays the journal; the first bad line is named
                                                  proves that HASH, an earlier head, is part of its chain
               LedgerTool backup  FILE COPY               copies a ledger that may be in use, and audits the copy
               LedgerTool restore COPY FILE               puts an audited copy in its place; the old file is kept beside it
               LedgerTool export  FILE csv|json [AFTER]   writes the journal after a line, by default all of it

        """

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try await run(arguments)
        } catch {
            write("LedgerTool: \(error)\n", to: 2)
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) async throws {
        switch (arguments.first, arguments.count) {
        case ("verify", 2):
            let report = try LedgerArchive.verify(arguments[1])
            write(describe(report) + "\n", to: 1)
            if !report.isSound { exit(1) }
        case ("verify", 4) where arguments[2] == "--through":
            guard let head = ContentHash(arguments[3]) else { return misuse() }
            let (report, line) = try LedgerArchive.verify(arguments[1], through: head)
            write(describe(report) + "\n", to: 1)
            write(line.map { "passes through \(head) at line \($0)\n" } ?? "NOT THROUGH \(head): no sound line has this hash\n", to: 1)
            if !report.isSound || line == nil { exit(1) }
        case ("backup", 3):
            write(describe(try LedgerArchive.backUp(arguments[1], to: arguments[2])) + "\n", to: 1)
        case ("restore", 3):
            let (report, replaced) = try LedgerArchive.restore(arguments[1], to: arguments[2])
            write(describe(report) + "\n" + (replaced.map { "the file that stood there is now \($0)\n" } ?? ""), to: 1)
        case ("export", 3...4):
            let formats = ["csv": JournalFormat.csv, "json": .json]
            guard let format = formats[arguments[2]], let after = UInt64(arguments.count == 4 ? arguments[3] : "0") else { return misuse() }
            let ledger = try CostLedger(budgets: [], store: SQLiteLedgerStore(path: arguments[1]))
            try await ledger.exportJournal(as: format, after: after) { write($0, to: 1) }
        default: misuse()
        }
    }

    private static func describe(_ report: JournalReport) -> String {
        report.fault.map { "NOT SOUND: \($0)" } ?? "sound: \(report.lines) lines, \(report.accounts) accounts, head \(report.head)"
    }

    private static func misuse() {
        write(usage, to: 2)
        exit(64)
    }

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    /// All of it, or the end of the process: a pipe that closes early must not look like a whole export.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafeWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count <= 0 { exit(1) }
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func unsafeWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
