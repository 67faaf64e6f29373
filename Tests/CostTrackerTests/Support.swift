import CostTracker
import HardeningCore

/// A moment long before any dated price, for models whose rows have no days.
let start = Timestamp(secondsSince1970: 1_767_225_600)  // 2026-01-01T00:00:00Z

/// A ledger on manual time.
///
/// gpt-4o costs $2.50 / $10 per million tokens and writes no cache, so 200 input tokens are $0.0005, 40,000
/// are $0.10.
struct Bench {
    let time = ManualTime(timestamp: start)
    let store: InMemoryLedgerStore
    let ledger: CostLedger

    init(_ budgets: [Budget] = [], bounds: InMemoryLedgerStore.Bounds = .init(), prices: PriceTable = .bundled) throws {
        store = InMemoryLedgerStore(bounds: bounds)
        ledger = try CostLedger(prices: prices, budgets: budgets, store: store, time: .manual(time))
    }

    /// Holds for `input` tokens of gpt-4o: input × $0.0000025.
    func reserve(
        _ input: Int64, session: String? = "s", user: String? = nil, key: String, model: String = "gpt-4o", maxOutput: Int64 = 0
    ) async throws(LedgerError) -> Hold {
        try await ledger.reserve(
            CostScope(session: session, user: user), model: model, input: .atMost(input), maxOutput: maxOutput, key: key)
    }
}

/// The error that `body` throws, or nil.
func failure<Answer, Failure: Error>(_ body: () async throws(Failure) -> Answer) async -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// A fixed-seed generator (SplitMix64, G.
///
/// Steele et al. 2014), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
