// A provider halves a price from the first of the month, and says so on the fifth: charges of the days between are
// priced again. Nothing is overwritten; the differences become entries of their own.
import CostTracker
import HardeningCore

let time = ManualTime(timestamp: Timestamp(secondsSince1970: 1_793_491_200))  // 2026-11-01
let old = try PriceTable(csv: "provider,model,input,output\nacme,small,0.40,1.60\n".utf8)
let new = try PriceTable(
    json: #"""
        {"prices": [
          {"provider": "acme", "model": "small", "effective_to": "2026-10-31", "input": 0.40, "output": 1.60},
          {"provider": "acme", "model": "small", "effective_from": "2026-11-01", "input": 0.20, "output": 1.60}
        ]}
        """#.utf8)

let ledger = try CostLedger(prices: old, budgets: [.daily(.usd("1"))], time: .manual(time))
for day in 1...4 {
    try await ledger.track(
        ModelUsage(model: "small", usage: TokenUsage(input: 500_000, output: 100_000)), session: "nightly", key: "job-\(day)")
    time.advance(by: .seconds(86_400))
}
print("Charged at the old price: \(try await ledger.summary(session: "nightly").used) USD")

let entries = Array(try await ledger.recentEntries().reversed())
let preview = try await ledger.previewRerate(entries, with: new)
print("The new table would give back \(try preview.difference()) USD. In detail:")

print(try await ledger.rerate(entries, with: new))
print("After re-rating: \(try await ledger.summary(session: "nightly").used) USD")

let again = try await ledger.rerate(entries, with: new)
print("Running it again changes \(again.items.count) charges and leaves \(again.unchangedCount) as they are.")

if let adjustment = try await ledger.recentEntries(limit: 1).first { print(adjustment.explanation) }
for row in try await CostBreakdown(of: ledger.recentEntries(), by: [.day]).rows {
    print("\(row.values[0]): charged \(row.charged), adjusted \(row.adjusted), comes to \(row.total) USD")
}
