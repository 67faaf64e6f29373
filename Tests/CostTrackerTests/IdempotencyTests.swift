import CostTracker
import HardeningCore
import Testing

@Suite struct IdempotencyTests {
    @Test func `repeating a reserve returns the stored hold, whatever has become of it`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let hold = try await bench.reserve(40_000, key: "k")
        #expect(try await bench.reserve(40_000, key: "k") == hold)
        bench.time.advance(by: .seconds(10))
        #expect(try await bench.reserve(40_000, key: "k") == hold)
        try await bench.ledger.settle(hold, usage: TokenUsage(input: 1))
        #expect(try await bench.reserve(40_000, key: "k") == hold)
        #expect(try await bench.ledger.summary(session: "s").requests == 1)
    }

    @Test func `another payload under the same key is a conflict and holds nothing`() async throws {
        let bench = try Bench()
        _ = try await bench.ledger.reserve(
            CostScope(session: "s", user: "u"), model: "gpt-4o", input: .atMost(10), maxOutput: 5, key: "k")
        typealias Call = (CostScope, String, InputBound, Int64, PriceTerms)
        let same = CostScope(session: "s", user: "u")
        let calls: [Call] = [
            (CostScope(session: "s"), "gpt-4o", .atMost(10), 5, .standard),
            (CostScope(session: "u", user: "s"), "gpt-4o", .atMost(10), 5, .standard),
            (CostScope(session: "su"), "gpt-4o", .atMost(10), 5, .standard),
            (CostScope(session: "s", user: "u", tenant: "t"), "gpt-4o", .atMost(10), 5, .standard),
            (CostScope(session: "s", user: "u", others: ["x": "y"]), "gpt-4o", .atMost(10), 5, .standard),
            (same, "gpt-4o-mini", .atMost(10), 5, .standard), (same, "gpt-4o", .atMost(11), 5, .standard),
            (same, "gpt-4o", .atMostUncached(10), 5, .standard), (same, "gpt-4o", .atMost(10), 6, .standard),
            (same, "gpt-4o", .atMost(10), 5, .batch),
        ]
        for (scope, model, input, output, terms) in calls {
            let error = await failure { () throws(LedgerError) in
                try await bench.ledger.reserve(scope, model: model, input: input, maxOutput: output, terms: terms, key: "k")
            }
            #expect(error?.code == .keyConflict)
        }
        #expect(try await bench.ledger.summaries(by: .session, per: .lifetime).count == 1)
    }

    @Test func `tracking with a key charges once, without one every time`() async throws {
        let bench = try Bench()
        let usage = try ModelUsage.claude(inputTokens: 1500, outputTokens: 800)
        let first = try await bench.ledger.track(usage, session: "s", key: "k")
        #expect(try await bench.ledger.track(usage, session: "s", key: "k").entry == first.entry)
        #expect(try await bench.ledger.summary(session: "s").used == .usd("0.0165"))
        let other = try ModelUsage.claude(inputTokens: 1500, outputTokens: 801)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.track(other, session: "s", key: "k") }?.code == .keyConflict)
        try await bench.ledger.track(usage, session: "s")
        try await bench.ledger.track(usage, session: "s")
        #expect(try await bench.ledger.summary(session: "s").used == .usd("0.0495"))
    }

    @Test func `one key cannot mean two kinds of call`() async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(10, key: "k")
        let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 10))
        let usage = try ModelUsage.openAI(promptTokens: 10, completionTokens: 0)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.track(usage, session: "s", key: "k") }?.code == .keyConflict)
        let one = Money(picoUSD: 1)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.refund(one, of: entry.id, key: "k") }?.code == .keyConflict)
    }

    @Test func `keys that are equal as text but not as bytes are told apart or are one, never a wrong answer`() async throws {
        let bench = try Bench()
        let composed = try await bench.reserve(10, key: "caf\u{e9}")
        let decomposed = try await bench.reserve(10, key: "cafe\u{301}")
        #expect(composed.id != decomposed.id)
    }

    @Test func `names that are equal as text but not as bytes are another payload`() async throws {
        let bench = try Bench()
        _ = try await bench.reserve(10, session: "caf\u{e9}", key: "k")
        let error = await failure { () throws(LedgerError) in try await bench.reserve(10, session: "cafe\u{301}", key: "k") }
        #expect(error?.code == .keyConflict)
    }

    @Test(arguments: [2, 0, -1, .min, .max])
    func `another refund under the same key is a conflict, however odd its amount`(picoUSD: Int64) async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(10, key: "k")
        let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 10))
        let refund = try await bench.ledger.refund(Money(picoUSD: 1), of: entry.id, key: "r")
        #expect(try await bench.ledger.refund(Money(picoUSD: 1), of: entry.id, key: "r") == refund)
        let error = await failure { () throws(LedgerError) in
            try await bench.ledger.refund(Money(picoUSD: picoUSD), of: entry.id, key: "r")
        }
        #expect(error?.code == .keyConflict)
    }
}
