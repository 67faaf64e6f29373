import HardeningCore
import HardeningSQLite
import Synchronization

/// Durable steps a second with 1, 8 and 64 callers, against one transaction per step on the same disk.
enum DurableRows {
    static let id = "ledger_durable"
    private static let stepsPerCall = 3

    /// The contenders take turns of one second, three each: what else the disk does meets all of them.
    static func measure() async throws {
        let folder = try TemporaryFolder()
        defer { try? folder.remove() }
        var alone = SQLiteLedgerStore.Settings()
        alone.stepsPerCommit = 1
        let contenders: [(who: String, detail: String, contender: any DurableContender)] = [
            (
                "swift-hardening", "five scopes, every step synced before it is answered",
                try DurableLedger(path: folder.path("ledger.sqlite"))
            ),
            (
                "swift-hardening, one step per commit", "the same ledger with stepsPerCommit = 1",
                try DurableLedger(path: folder.path("alone.sqlite"), settings: alone)
            ),
            (
                "one transaction per step (SQLite)", "GRDB, insert and update of one row and five counters, no journal, no limits",
                try OneTransactionPerStep(path: folder.path("plain.sqlite"))
            ),
        ]
        for callers in [1, 8, 64] {
            var samples: [[Double]] = contenders.map { _ in [] }
            for turn in 0..<3 {
                for (index, entry) in contenders.enumerated() {
                    samples[index].append(
                        try await stepsPerSecond(entry.contender, callers: callers, for: 1_000_000_000, keys: "\(callers)-\(turn)"))
                }
            }
            for (entry, samples) in zip(contenders, samples) {
                print(
                    Figure(
                        row: "\(id)_\(callers)", unit: "steps_per_second", value: samples.sorted()[1], detail: entry.detail, who: entry.who
                    ).json)
            }
        }
    }

    private static func stepsPerSecond(
        _ contender: any DurableContender, callers: Int, for nanoseconds: Int64, keys: String
    ) async throws -> Double {
        let time = TimeSource.system
        let start = time.monotonic
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var calls = 0
                    while time.monotonic.nanoseconds - start.nanoseconds < nanoseconds {
                        try await contender.takeSteps(key: "\(keys)-\(caller)-\(calls)")
                        calls += 1
                    }
                    return calls
                }
            }
            let calls = try await group.reduce(0, +)
            return Double(stepsPerCall * calls) * 1e9 / Double(time.monotonic.nanoseconds - start.nanoseconds)
        }
    }
}
