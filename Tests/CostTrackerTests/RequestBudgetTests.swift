import CostTracker
import HardeningCore
import Testing

/// The parent budget over retries and fallbacks; the conformance suite has what every store must do.
@Suite struct RequestBudgetTests {
    /// Three providers at $1, $2 and $4 per million output tokens.
    private static let prices = Result { () throws(PriceTableError) in
        try PriceTable(csv: "provider,model,input,output\na,one,1,1\nb,two,2,2\nc,three,4,4\n".utf8)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `however the attempts end, their sum never exceeds the budget of the request`(seed: UInt64) async throws {
        let bench = try Bench([.request(.usd("0.01")), .daily(.usd("1000"))], prices: Self.prices.get())
        var random = SeededGenerator(state: seed)
        var (attempts, refusals) = (0, 0)
        for request in 0..<40 {
            let scope = CostScope(user: "u", request: "r\(request)")
            for (number, model) in ["one", "two", "three", "one", "two", "three"].enumerated() {
                let output = Int64.random(in: 0...4_000, using: &random)
                let room = try await bench.ledger.affordableOutput(scope, model: model, input: .atMost(0))
                let hold: Hold
                do {
                    hold = try await bench.ledger.reserve(
                        scope, model: model, input: .atMost(0), maxOutput: output, key: "\(request)/\(number)")
                    #expect(output <= room)
                } catch {
                    #expect(error.refusal?.failing.map(\.account.scope) == [.request])
                    #expect(output > room)
                    refusals += 1
                    continue
                }
                attempts += 1
                switch Int.random(in: 0..<4, using: &random) {
                case 0: try await bench.ledger.release(hold)
                case 1:
                    try await bench.ledger.dispatched(hold)
                    bench.time.advance(by: .seconds(700))  // no answer: in suspense
                case 2: try await bench.ledger.settleAtHold(hold)
                default:
                    let usage = try TokenUsage(output: Int64.random(in: 0...output, using: &random))
                    try await bench.ledger.settle(hold, usage: usage)
                }
                let balance = try await bench.ledger.summary(.request, name: "r\(request)", window: .lifetime)
                #expect(try balance.committed <= .usd("0.01"))
            }
        }
        #expect(attempts > 80 && refusals > 20)
    }

    @Test func `a repeated attempt is the same attempt`() async throws {
        let bench = try Bench([.request(.usd("0.01"))], prices: Self.prices.get())
        let scope = CostScope(request: "r")
        for _ in 0..<3 { _ = try await bench.ledger.reserve(scope, model: "one", input: .atMost(6_000), maxOutput: 0, key: "r/1") }
        #expect(try await bench.ledger.summary(.request, name: "r", window: .lifetime).held == .usd("0.006"))
        #expect(
            await failure { () throws(LedgerError) in
                try await bench.ledger.reserve(
                    CostScope(request: "other"), model: "one", input: .atMost(6_000), maxOutput: 0, key: "r/1")
            }?.code == .keyConflict)
    }

    @Test func `requests of the last hour are kept, and older ones make room`() async throws {
        var bounds = InMemoryLedgerStore.Bounds()
        bounds.accounts = 64
        let bench = try Bench([.request(.usd("0.01"))], bounds: bounds, prices: Self.prices.get())
        func attempt(_ request: Int) async -> LedgerError? {
            await failure { () async throws(LedgerError) in
                let hold = try await bench.ledger.reserve(
                    CostScope(request: "r\(request)"), model: "one", input: .atMost(10_000), maxOutput: 0, key: "\(request)")
                try await bench.ledger.settleAtHold(hold)
            }
        }
        for request in 0..<61 { #expect(await attempt(request) == nil) }  // with the day, the month and the model: 64
        #expect(await attempt(61)?.code == .ledgerFull)
        bench.time.advance(by: .seconds(3_599))
        #expect(await attempt(61)?.code == .ledgerFull)
        #expect(try await bench.ledger.summary(.request, name: "r0", window: .lifetime).used == .usd("0.01"))
        bench.time.advance(by: .seconds(1))
        #expect(await attempt(61) == nil)
        #expect(try await bench.ledger.summary(.request, name: "r0", window: .lifetime).used == .zero)
    }

    @Test func `without a budget a request has no account, and its name is one of the other scopes`() async throws {
        let bench = try Bench(prices: Self.prices.get())
        let scope = CostScope(user: "u", request: "r", others: ["project": "p"])
        #expect(scope.request == "r" && scope.others == ["request": "r", "project": "p"])
        #expect(CostScope(others: ["request": "x"]).request == "x" && CostScope().request == nil)
        _ = try await bench.ledger.reserve(scope, model: "one", input: .atMost(1), maxOutput: 0, key: "k")
        #expect(try await bench.ledger.summaries(by: .request, per: .lifetime).isEmpty)
        #expect(
            await failure { () throws(LedgerError) in
                try await bench.ledger.reserve(CostScope(request: ""), model: "one", input: .atMost(1), maxOutput: 0, key: "l")
            }?.code == .scopeInvalid)
    }
}
