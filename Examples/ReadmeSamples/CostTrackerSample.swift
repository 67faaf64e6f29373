import CostTracker

func costTrackerSample(requestID: String, ask: () async throws -> AnthropicUsage) async throws {
    let ledger = try CostLedger(budgets: [.session(.usd("0.50")), .daily(.usd("100")), .monthly(.usd("3000"))])

    let hold = try await ledger.reserve(
        CostScope(session: "sess_123", user: "u1"), model: "claude-sonnet-5-5", input: .atMost(1_500), maxOutput: 800, key: requestID)
    try await ledger.dispatched(hold)
    let usage = try await ask()
    let entry = try await ledger.settle(hold, usage: TokenUsage(anthropic: usage))
    print(entry.amount)
}
