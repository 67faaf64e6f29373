import HardeningCore
import HardeningSQLite
import HardeningTesting
import TokenAuth

/// An identity store on a file of its own and on manual time.
final class IdentityBench {
    let folder: TemporaryFolder
    let time: ManualTime
    let settings: IdentityDatabase.Settings
    private(set) var database: IdentityDatabase

    init(folder: TemporaryFolder? = nil, settings: IdentityDatabase.Settings = .init()) throws {
        self.folder = try folder ?? TemporaryFolder()
        self.settings = settings
        time = ManualTime(timestamp: start)
        database = try IdentityDatabase(path: self.folder.identity, settings: settings)
    }

    /// Opens the file again, as after a restart.
    func reopen() async throws {
        try await database.close()
        database = try IdentityDatabase(path: folder.identity, settings: settings)
    }

    static let key = Secret(Array("0b9d3f7c5a1e8642c0a1f9e7b3d5826479".utf8))

    /// A token service as it is after a start: its list is restored from the log.
    func tokens() async throws -> TokenService {
        let list = RevocationList(log: SQLiteRevocationLog(database, time: .manual(time)))
        try await list.restore(now: time.timestamp, ifIncomplete: .acceptOlderTokens)
        let keys = try KeySet(active: .hs256(secret: Self.key, id: "k"))
        return try TokenService(issuer: "i", audience: "a", keys: keys, revocations: list, time: .manual(time))
    }

    func sessions() async throws -> SessionService {
        SessionService(tokens: try await tokens(), key: Self.key, store: SQLiteRefreshSessionStore(database))
    }
}

extension TemporaryFolder {
    var identity: String { path + "/identity.sqlite" }
}

/// The stable code of the error that `body` throws, or nil.
func code(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let error as IdentityStoreError {
        return error.code
    } catch let error as RefreshError {
        return error.code
    } catch let error as APIKeyError {
        return error.code
    } catch let error as TokenError {
        return error.code
    } catch {
        return "\(error)"
    }
}
