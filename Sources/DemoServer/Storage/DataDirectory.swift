import CostTracker
import Foundation
import HardeningSQLite

/// The folder of everything that outlives the process.
struct DataDirectory: Sendable {
    let path: String

    private var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

    /// Opens the ledger in it, or makes a new one.
    ///
    /// - Throws: ``ConfigurationError`` when the folder or the file cannot be used: starting without the ledger would forget what was
    ///   spent.
    func openLedger() throws(ConfigurationError) -> SQLiteLedgerStore {
        let path = try file("ledger.sqlite")
        do {
            return try SQLiteLedgerStore(path: path)
        } catch {
            throw unusable("ledger.sqlite in it cannot be used: \(error)")
        }
    }

    /// Opens accounts, sessions, API keys and revocations in it, or makes new ones.
    ///
    /// - Throws: ``ConfigurationError``: starting without them would let revoked tokens in.
    func openIdentity() throws(ConfigurationError) -> IdentityDatabase {
        let path = try file("identity.sqlite")
        do {
            return try IdentityDatabase(path: path)
        } catch {
            throw unusable("identity.sqlite in it cannot be used: \(error)")
        }
    }

    /// The path of a file in it; the folder is made where it is missing.
    func file(_ name: String) throws(ConfigurationError) -> String {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            return url.appending(path: name).path
        } catch {
            throw unusable("the directory cannot be written; choose another")
        }
    }

    /// - Parameter problem: one line, without anything secret.
    func unusable(_ problem: String) -> ConfigurationError {
        ConfigurationError(variable: Setting.dataDirectory.rawValue, problem: problem)
    }
}
