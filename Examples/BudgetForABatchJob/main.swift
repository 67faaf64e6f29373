// A nightly batch job with a budget of its own: it stops before the money is gone, not after.
import CostTracker
import HardeningCore

let job = ScopeKind.named("job")
let ledger = try CostLedger(budgets: [
    Budget(job, per: .lifetime, limit: .usd("0.01"), warnings: [50, 90]),
    .daily(.usd("100")),
])
let events = ledger.events.subscribe()
let scope = CostScope(others: [job: "nightly-summaries"])

var summarised = 0
for document in 1...1_000 {
    do {
        let hold = try await ledger.reserve(
            scope, model: "gpt-4o-mini", input: .atMost(2_000), maxOutput: 300, terms: .batch, key: "summary-\(document)")
        try await ledger.dispatched(hold)
        // Here the request would go to the provider; this is what it might report.
        let reported = OpenAIUsage(promptTokens: 1_600, completionTokens: 250, totalTokens: 1_850)
        try await ledger.settle(hold, usage: TokenUsage(openAI: reported))
        summarised += 1
    } catch let error as LedgerError where error.code == .budgetExceeded {
        print("Stopped before document \(document): \(error.message)")
        break
    }
}

let balance = try await ledger.summary(job, name: "nightly-summaries", window: .lifetime)
print("\(summarised) documents for \(balance.used) of \(balance.limit ?? .zero) USD (\(balance.usagePercent?.description ?? "–") %)")
for event in events.drain() where event.kind == .warning {
    print("Warned at \(event.percent ?? 0) %: \(event.balance?.used ?? .zero) USD used")
}
if let last = try await ledger.recentEntries(limit: 1).first { print(last) }
