import CostTracker
import HardeningCore

/// The price of one usage, and the three steps of a call against five budgets.
enum CostRows {
    static let rows = [
        Row("price_usage", operations: 200_000, detail: "look the model up and price four parts") {
            let usage = try TokenUsage(input: 1_500, cacheRead: 12_000, output: 800)
            let now = TimeSource.system.timestamp
            let prices = PriceTable.bundled
            return { count in
                for _ in 0..<count {
                    let price = try prices.price(of: "claude-sonnet-5-5", at: now)
                    consume(try price.cost(of: usage))
                }
            }
        }
    ]

    /// Asynchronous by its interface, though the in-memory store never waits; measured by itself.
    static func ledger() async throws -> Figure {
        let ledger = try CostLedger(
            budgets: [
                .session(.max), .daily(.max), .monthly(.max), .user(.max), Budget(.tenant, per: .day, limit: .max),
            ])
        let usage = try TokenUsage(input: 1_500, output: 800)
        let keys = (0..<20_000).map { "request-\($0)" }
        let time = TimeSource.system
        var samples: [Double] = []
        for repetition in 0..<10 {
            let keys = keys.map { $0 + "-\(repetition)" }
            let start = time.monotonic
            for key in keys {
                let hold = try await ledger.reserve(
                    CostScope(session: "sess_1", user: "u1", tenant: "t1"), model: "claude-sonnet-5-5", input: .atMost(1_500),
                    maxOutput: 800,
                    key: key)
                try await ledger.dispatched(hold)
                consume(try await ledger.settle(hold, usage: usage))
            }
            samples.append(Double(time.monotonic.nanoseconds - start.nanoseconds) / Double(keys.count))
        }
        return Figure(row: "ledger_reserve_settle", value: samples.dropFirst().sorted()[4], detail: "session, user, tenant, day, month")
    }
}
