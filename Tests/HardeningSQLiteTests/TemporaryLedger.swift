import CostTracker
import Foundation
import HardeningCore
import HardeningSQLite

/// A folder of its own that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var ledger: String { path + "/ledger.sqlite" }
}

/// 2026-01-01T00:00:00Z.
let start = Timestamp(secondsSince1970: 1_767_225_600)

/// One pico-dollar per input token of `m`.
let tokenPrices = "provider,model,input,output\np,m,0.000001,0.000001\n"

/// A ledger on a file and on manual time.
struct FileBench {
    let folder: TemporaryFolder
    let time: ManualTime
    let store: SQLiteLedgerStore
    let ledger: CostLedger

    init(
        _ budgets: [Budget] = [], folder: TemporaryFolder? = nil, time: ManualTime = ManualTime(timestamp: start),
        settings: SQLiteLedgerStore.Settings = .patient
    ) throws {
        self.folder = try folder ?? TemporaryFolder()
        self.time = time
        store = try SQLiteLedgerStore(path: self.folder.ledger, settings: settings)
        ledger = try CostLedger(prices: PriceTable(csv: tokenPrices.utf8), budgets: budgets, store: store, time: .manual(time))
    }

    /// The same file, opened again, as after a restart.
    func reopened(_ budgets: [Budget] = []) throws -> FileBench {
        try store.close()
        return try FileBench(budgets, folder: folder, time: time)
    }
}

extension CostLedger {
    /// Holds `tokens` pico-dollars for a session.
    func hold(_ tokens: Int64, _ key: String, session: String = "s", user: String? = nil) async throws(LedgerError) -> Hold {
        try await reserve(CostScope(session: session, user: user), model: "m", input: .atMost(tokens), maxOutput: 0, key: key)
    }
}

extension SQLiteLedgerStore.Settings {
    /// Waits for a lock as long as a busy machine may take to give it back.
    static let patient = {
        var settings = SQLiteLedgerStore.Settings()
        settings.lockWait = .seconds(600)
        return settings
    }()
}

/// The error that `body` throws, or nil.
func failure(_ body: () async throws -> Void) async -> LedgerError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? LedgerError
    }
}
