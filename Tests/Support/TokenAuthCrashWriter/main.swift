import HardeningCore
import TokenAuth

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

// Revokes tokens from eight tasks and prints the id of each once it is acknowledged, until it is killed.
// Arguments: the journal's path.
guard let path = CommandLine.arguments.dropFirst().first else { exit(64) }
let journal = try RevocationJournal(path: path, maximumByteCount: 64 << 20)
let list = RevocationList(log: journal)
let start = Timestamp(secondsSince1970: 1_767_225_600)

await withTaskGroup(of: Void.self) { group in
    for task in 0..<8 {
        group.addTask {
            var index = 0
            while true {
                let id = TokenID()
                let revocation = Revocation.token(
                    issuer: "i", id: id, subject: "u\(task)-\(index)", issuedAt: start, expiresAt: .distantFuture)
                do {
                    try await list.revoke(revocation, now: start)
                } catch {
                    exit(65)
                }
                // One write each: a line is whole or not there.
                let line = Array("\(id)\n".utf8)
                _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
                index += 1
            }
        }
    }
}
