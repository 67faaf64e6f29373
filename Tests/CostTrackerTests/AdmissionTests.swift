import CostTracker
import HardeningCore
import Testing

@Suite struct AdmissionTests {
    @Test func `a thousand requests of 0.0005 fit in 0.50, the next does not, and the sum is exact`() async throws {
        let bench = try Bench([.session(.usd("0.50"))])
        for index in 0..<1000 {
            let hold = try await bench.reserve(200, key: "\(index)")
            try await bench.ledger.dispatched(hold)
            let entry = try await bench.ledger.settle(hold, usage: TokenUsage(input: 200))
            #expect(entry.amount == (try .usd("0.0005")))
        }
        let error = await failure { () throws(LedgerError) in try await bench.reserve(200, key: "one more") }
        #expect(error?.code == .budgetExceeded)
        let balance = try await bench.ledger.summary(session: "s")
        #expect(balance.used == (try .usd("0.50")))
        #expect(balance.isLimitReached)
        #expect(balance.requests == 1000)
    }

    @Test(.timeLimit(.minutes(60)))
    func `of a thousand racing reserves of 0.10 exactly 50 fit in 5`() async throws {
        let bench = try Bench([.session(.usd("5"))])
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1000 {
                group.addTask { (try? await bench.reserve(40_000, key: "\(index)")) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 50)
        #expect(try await bench.ledger.summary(session: "s").held == .usd("5"))
    }

    @Test func `a refusal lists every failing scope with what remains, and holds nothing anywhere`() async throws {
        let bench = try Bench([.session(.usd("0.01")), .user(.usd("5"), per: .day), .daily(.usd("0.02")), .monthly(.usd("100"))])
        _ = try await bench.reserve(2_000, user: "u", key: "first")  // 0.005
        let error = await failure { () throws(LedgerError) in try await bench.reserve(40_000, user: "u", key: "second") }
        let refusal = try #require(error?.refusal)
        #expect(refusal.requested == (try .usd("0.10")))
        #expect(refusal.failing.map(\.account.scope) == [.session, .everyone])
        #expect(refusal.failing.map(\.remaining) == [try .usd("0.005"), try .usd("0.015")])
        #expect(error?.message.contains("session s: 0.005 of 0.01 USD remain") == true)
        #expect(try await bench.ledger.summary(session: "s").held == .usd("0.005"))
        #expect(try await bench.ledger.summary(user: "u").held == .usd("0.005"))
        #expect(try await bench.ledger.status().month.held == .usd("0.005"))
    }

    @Test func `a refusal is not remembered: the key works once there is room`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let first = try await bench.reserve(40_000, key: "a")
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(40_000, key: "b") }?.code == .budgetExceeded)
        try await bench.ledger.release(first)
        _ = try await bench.reserve(40_000, key: "b")
    }

    @Test func `a budget applies to requests that name its scope`() async throws {
        let project = ScopeKind.named("project")
        let bench = try Bench([Budget(project, per: .month, limit: .usd("0.10")), Budget(.tenant, per: .lifetime, limit: .usd("0.10"))])
        func reserve(_ scope: CostScope, _ key: String) async -> LedgerError? {
            await failure { () throws(LedgerError) in
                try await bench.ledger.reserve(scope, model: "gpt-4o", input: .atMost(40_000), maxOutput: 0, key: key)
            }
        }
        #expect(await reserve(CostScope(others: [project: "a"]), "1") == nil)
        #expect(await reserve(CostScope(others: [project: "b"]), "2") == nil)
        #expect(await reserve(CostScope(others: [project: "a"]), "3")?.refusal?.failing.first?.account.scope == project)
        #expect(await reserve(CostScope(tenant: "t"), "4") == nil)
        #expect(await reserve(CostScope(tenant: "t"), "5")?.refusal?.failing.first?.account.name == "t")
        #expect(await reserve(CostScope(), "6") == nil)
        // The same name in two kinds of scope is two accounts.
        #expect(await reserve(CostScope(tenant: "a"), "7") == nil)
    }

    @Test func `the affordable output is the largest that is admitted`() async throws {
        let bench = try Bench([.session(.usd("0.05")), .daily(.usd("10"))])
        let scope = CostScope(session: "s")
        _ = try await bench.reserve(4_000, key: "other")  // 0.01
        let most = try await bench.ledger.affordableOutput(scope, model: "gpt-4o", input: .atMost(4_000))
        #expect(most == 3_000)  // (0.05 − 0.01 − 0.01) / 0.00001
        let error = await failure { () throws(LedgerError) in try await bench.reserve(4_000, key: "a", maxOutput: most + 1) }
        #expect(error?.code == .budgetExceeded)
        _ = try await bench.reserve(4_000, key: "b", maxOutput: most)
        #expect(try await bench.ledger.affordableOutput(scope, model: "gpt-4o", input: .atMost(1)) == 0)
        #expect(try await bench.ledger.affordableOutput(CostScope(), model: "gpt-4o", input: .atMost(1)) == 16_384)  // what the model gives
    }

    @Test(
        arguments: [
            ("nonsense", 1, 0, "k", "s", "MODEL_UNKNOWN"), ("claude-opus-5-5", 1, 0, "k", "s", "PRICE_NOT_IN_EFFECT"),
            ("gpt-4o", -1, 0, "k", "s", "TOKEN_BOUND_INVALID"), ("gpt-4o", 1, -1, "k", "s", "TOKEN_BOUND_INVALID"),
            ("gpt-4o", .max, 0, "k", "s", "PRICE_OVERFLOW"), ("voyage-3.5", 1, 1, "k", "s", "RATE_NOT_LISTED"),
            ("gpt-4o", 1, 0, "", "s", "IDEMPOTENCY_KEY_INVALID"),
            ("gpt-4o", 1, 0, String(repeating: "k", count: 257), "s", "IDEMPOTENCY_KEY_INVALID"),
            ("gpt-4o", 1, 0, "k", "", "SCOPE_INVALID"),
            ("gpt-4o", 1, 0, "k", String(repeating: "s", count: 257), "SCOPE_INVALID"),
        ] as [(String, Int64, Int64, String, String, String)])
    func `bad input is a typed error and holds nothing`(
        model: String, input: Int64, output: Int64, key: String, session: String, code: String
    ) async throws {
        let bench = try Bench([.session(.usd("5"))])
        let error = await failure { () throws(LedgerError) in
            try await bench.reserve(input, session: session, key: key, model: model, maxOutput: output)
        }
        #expect(error?.code.rawValue == code)
        #expect(try await bench.ledger.status().day.committed == .zero)
        #expect(try await bench.ledger.summaries(by: .session, per: .lifetime).isEmpty)
    }

    @Test func `nothing is affordable in a scope that is over its limit, not even what is free`() async throws {
        let prices = try PriceTable(csv: "provider,model,input,output\np,m,1,0\np,free,0,0\n".utf8)
        let bench = try Bench([.session(.usd("1"))], prices: prices)
        try await bench.ledger.track(ModelUsage(model: "m", usage: TokenUsage(input: 1_000_001)), session: "s")
        #expect(try await bench.ledger.affordableOutput(CostScope(session: "s"), model: "free", input: .atMost(0)) == 0)
        #expect(try await bench.ledger.affordableOutput(CostScope(session: "t"), model: "free", input: .atMost(0)) == .max)
    }

    @Test(arguments: ["", String(repeating: "k", count: 257)])
    func `a key beyond its length is refused for charges and refunds too`(key: String) async throws {
        let bench = try Bench()
        let usage = try ModelUsage.openAI(promptTokens: 1, completionTokens: 0)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.track(usage, session: "s", key: key) }?.code == .keyInvalid)
        let entry = try await bench.ledger.track(usage, session: "s").entry
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.refund(entry.amount, of: entry.id, key: key) }?.code
                == .keyInvalid)
        #expect(try await bench.ledger.summary(session: "s").used == entry.amount)
    }

    @Test func `contradictory budgets are refused at the start`() async throws {
        let limit = try Money.usd("1")
        for budgets in [
            [Budget.session(limit), .session(limit)], [.session(Money(picoUSD: -1))],
            [Budget(.user, per: .day, limit: limit, warnings: [0])],
            [Budget(.user, per: .day, limit: limit, warnings: [1, 2, 3, 4, 5])], [Budget(.named(""), per: .day, limit: limit)],
            (0..<11).map { Budget(.named("s\($0)"), per: .day, limit: limit) },
        ] {
            #expect(await failure { () throws(LedgerError) in try CostLedger(budgets: budgets) }?.code == .budgetInvalid)
        }
    }

    @Test func `sums that do not fit are refused, not wrapped`() async throws {
        let bench = try Bench()
        let half = Int64.max / 2_500_000 - 1
        _ = try await bench.reserve(half, key: "a")
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(half, key: "b") }?.code == .overflow)
        let usage = try ModelUsage.openAI(promptTokens: half, completionTokens: 0)
        #expect(await failure { () throws(LedgerError) in try await bench.ledger.track(usage, session: "s") }?.code == .overflow)
        #expect(try await bench.ledger.summary(session: "s").used == .zero)
    }
}
