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
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw unusable("the directory cannot be written; choose another")
        }
        do {
            return try SQLiteLedgerStore(path: url.appending(path: "ledger.sqlite").path)
        } catch {
            throw unusable("ledger.sqlite in it cannot be used: \(error)")
        }
    }

    private func unusable(_ problem: String) -> ConfigurationError {
        ConfigurationError(variable: Setting.dataDirectory.rawValue, problem: problem)
    }
}
