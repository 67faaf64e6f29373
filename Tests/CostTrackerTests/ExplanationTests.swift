import CostTracker
import HardeningCore
import Testing

@Suite struct ExplanationTests {
    @Test func `a charge explains itself in sentences`() async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(3_000, key: "k", model: "claude-3-5-sonnet", maxOutput: 1000)
        let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 1500, cacheRead: 100, output: 800))
        #expect(
            entry.explanation == """
                Entry 1 charges 0.01653 USD for a request to anthropic's claude-3-5-sonnet.
                1500 input tokens at 3 USD per million are 0.0045 USD.
                100 cache read tokens at 0.3 USD per million are 0.00003 USD.
                800 output tokens at 15 USD per million are 0.012 USD.
                0.033 USD were held for it; the rest of the hold was freed.
                Prices are those of table 2430eef109ff.
                """)
        let refund = try await bench.ledger.refund(.usd("0.01"), of: entry.id, key: "r")
        #expect(refund.explanation.hasPrefix("Entry 2 gives back 0.01 USD of entry 1.\n"))
    }

    @Test func `what is unusual is said`() async throws {
        let bench = try Bench()
        let silent = try await bench.ledger.settleAtHold(bench.reserve(100, key: "a"))
        #expect(silent.explanation.contains("The provider never reported usage, so all that was held is charged."))
        let over = try await bench.ledger.settle(bench.reserve(100, key: "b"), usage: TokenUsage(input: 300))
        #expect(over.explanation.contains("0.00025 USD were held for it; the request cost 0.0005 USD more."))
        let long = try await bench.ledger.track(ModelUsage(model: "claude-sonnet-4-6", usage: TokenUsage(input: 200_001))).entry
        #expect(long.explanation.contains("The prompt of 200001 tokens exceeds 200000, so the long-context rates apply"))
        let batch = try await bench.ledger.track(ModelUsage(model: "gpt-4o", usage: TokenUsage(input: 1), terms: .batch)).entry
        #expect(batch.explanation.contains("openai's gpt-4o in the batch tier."))
    }
}
