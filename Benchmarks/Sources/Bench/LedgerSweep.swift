import Foundation
import HardeningCore
import HardeningSQLite
import Synchronization

/// How a durable ledger grows: a step and opening should cost the same at any length, the file and the audit grow with it.
///
/// Up to 10⁵ entries; `BENCH_GROWTH=1000000` adds 10⁶, which takes minutes.
enum LedgerSweep {
    static let id = "ledger_entries"

    private static let callers = 64
    /// Timed at the end of each size.
    private static let timedCalls = 5_000

    private static var sizes: [Int] {
        let last = ProcessInfo.processInfo.environment["BENCH_GROWTH"].flatMap(Int.init) ?? 0
        return [10_000, 100_000] + (last > 100_000 ? [last] : [])
    }

    static func measure() async throws {
        let folder = try TemporaryFolder()
        defer { try? folder.remove() }
        let path = folder.path("ledger.sqlite")
        var entries = 0
        for size in sizes {
            let ledger = try DurableLedger(path: path)
            try await fill(ledger, from: entries, to: size - timedCalls)
            let elapsed = try await fill(ledger, from: size - timedCalls, to: size)
            entries = size
            report("step, \(callers) callers", size, "ns", elapsed / Double(3 * timedCalls))
            try ledger.store.close()

            let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            report("file", size, "bytes", Double(bytes))
            report("file ÷ entries", size, "bytes", Double(bytes) / Double(size))
            report("open", size, "ns", try medianOpening(path))
            report("verify", size, "ns", try await verification(path))
        }
    }

    /// - Returns: nanoseconds.
    @discardableResult
    private static func fill(_ ledger: DurableLedger, from first: Int, to end: Int) async throws -> Double {
        final class Counter: Sendable {
            let value: Atomic<Int>
            init(_ first: Int) { value = Atomic(first) }
        }
        let next = Counter(first)
        let start = TimeSource.system.monotonic
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    while true {
                        let number = next.value.wrappingAdd(1, ordering: .relaxed).oldValue
                        guard number < end else { return }
                        try await ledger.takeSteps(key: "request-\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        return Double(TimeSource.system.monotonic.nanoseconds - start.nanoseconds)
    }

    private static func medianOpening(_ path: String) throws -> Double {
        var samples: [Double] = []
        for _ in 0..<5 {
            let start = TimeSource.system.monotonic
            let store = try SQLiteLedgerStore(path: path)
            samples.append(Double(TimeSource.system.monotonic.nanoseconds - start.nanoseconds))
            try store.close()
        }
        return samples.sorted()[2]
    }

    private static func verification(_ path: String) async throws -> Double {
        let store = try SQLiteLedgerStore(path: path)
        let start = TimeSource.system.monotonic
        let report = try await store.verify()
        let elapsed = Double(TimeSource.system.monotonic.nanoseconds - start.nanoseconds)
        if let fault = report.fault { throw fault }
        try store.close()
        return elapsed
    }

    private static func report(_ series: String, _ size: Int, _ unit: String, _ value: Double) {
        print(SweepPoint(sweep: id, size: size, series: series, unit: unit, value: value).json)
    }
}
