import HardeningCore
import HardeningSQLite
import TokenAuth

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process for the tests of durability, to be killed or refused: `IdentityCrasher <mode> <path> <seconds>`.
///
/// It writes a line for each revocation only after it was acknowledged.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
}

let arguments = CommandLine.arguments
guard arguments.count > 3, let seconds = Int64(arguments[3]) else { exit(64) }
let (mode, path) = (arguments[1], arguments[2])
let time = ManualTime(timestamp: Timestamp(secondsSince1970: 1_767_225_600))
time.advance(by: .seconds(seconds))

/// Issues tokens and revokes them by id, session and subject, from four tasks, until it is killed.
func revoke() async throws {
    let log = SQLiteRevocationLog(try IdentityDatabase(path: path), time: .manual(time))
    let list = RevocationList(log: log)
    try await list.restore(now: time.timestamp, ifIncomplete: .acceptOlderTokens)
    let key = SigningKey.hs256(secret: Secret(Array("0b9d3f7c5a1e8642c0a1f9e7b3d5826479".utf8)), id: "k")
    let tokens = try TokenService(issuer: "i", audience: "a", keys: KeySet(active: key), revocations: list, time: .manual(time))
    await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<4 {
            group.addTask {
                for step in 0..<10_000 {
                    let name = "\(seconds)-\(worker)-\(step)"
                    let issued = try tokens.issue(subject: "u-\(name)", session: "s-\(name)")
                    switch step % 4 {
                    case 0: try await tokens.revoke(tokens.verify(issued.token))
                    case 1: try await tokens.revoke(session: "s-\(name)")
                    case 2: try await tokens.revokeAll(subject: "u-\(name)")
                    default:
                        say("live \(issued.token)")
                        continue
                    }
                    say("\(["token", "session", "subject"][step % 4]) \(issued.token)")
                }
            }
        }
    }
}

/// Opens the file without the rights of root, which may write anything.
func openAsNobody() throws {
    if getuid() == 0 { setuid(65_534) }
    _ = try IdentityDatabase(path: path)
    say("opened")
}

do {
    switch mode {
    case "revoke": try await revoke()
    case "open":
        _ = try IdentityDatabase(path: path)
        say("opened")
    case "open-as-nobody": try openAsNobody()
    default: exit(64)
    }
} catch let error as IdentityStoreError {
    say("error \(error.code)")
}
