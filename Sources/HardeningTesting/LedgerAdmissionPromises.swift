import CostTracker
import HardeningCore

extension LedgerStoreConformance {
    /// What is let in, and what a refusal leaves behind.
    static let admissionPromises = [
        Promise("charges may reach a limit exactly and not pass it by a pico-dollar") { run in
            let ledger = try run.ledger([.session(1_000)])
            for index in 0..<10 { _ = try await ledger.hold(100, "\(index)") }
            try await run.expect(.budgetExceeded, from: "a hold of one more") { _ = try await ledger.hold(1, "more") }
            _ = try await ledger.hold(0, "nothing")
            try await run.expect(ledger, used: 0, held: 1_000, after: "ten holds of 100")
        },
        Promise("a request is held in every account or in none, and a refusal lists every failing one") { run in
            let ledger = try run.ledger([
                .session(100), Budget(.user, per: .day, limit: Money(picoUSD: 1_000)), .daily(150), .monthly(Money(picoUSD: 10_000)),
            ])
            _ = try await ledger.hold(90, "first", user: "u")
            do {
                _ = try await ledger.hold(80, "second", user: "u")
                throw Broken(observation: "80 were admitted where 10 remain")
            } catch let error as LedgerError {
                let failing = error.refusal?.failing ?? []
                try run.expect(failing.map(\.account.scope) == [.session, .everyone], "the failing scopes are \(failing.map(\.account))")
                try run.expect(failing.map { $0.remaining?.picoUSD } == [10, 60], "what remains is \(failing.map(\.remaining))")
                try run.expect(
                    error.refusal?.requested.picoUSD == 80, "the refusal is about \(String(describing: error.refusal?.requested))")
            }
            try await run.expect(ledger, used: 0, held: 90, after: "a refusal")
            let user = try await ledger.summary(.user, name: "u", window: .day)
            let status = try await ledger.status()
            try run.expect(
                [user.held, status.day.held, status.month.held].allSatisfy { $0.picoUSD == 90 }, "a refused request is held in an account")
        },
        Promise("a refusal is not remembered: the same call succeeds once there is room") { run in
            let ledger = try run.ledger([.session(100)])
            let first = try await ledger.hold(100, "a")
            try await run.expect(.budgetExceeded, from: "a second hold") { _ = try await ledger.hold(100, "b") }
            try await ledger.release(first)
            _ = try await ledger.hold(100, "b")
            try await run.expect(ledger, used: 0, held: 100, after: "a refused call that was repeated")
        },
        Promise("what is held, in suspense and spent all count against the limit") { run in
            let ledger = try run.ledger([.session(100)])
            let spent = try await ledger.hold(30, "spent")
            try await ledger.settle(spent, usage: TokenUsage(input: 30))
            let suspended = try await ledger.hold(30, "suspended")
            try await ledger.dispatched(suspended)
            run.time.advance(by: .seconds(600))
            _ = try await ledger.hold(30, "held")
            try await run.expect(ledger, used: 30, held: 30, suspense: 30, after: "one of each")
            try await run.expect(.budgetExceeded, from: "a hold of 11 where 10 remain") { _ = try await ledger.hold(11, "x") }
            _ = try await ledger.hold(10, "y")
        },
        Promise("repeating a reservation returns the first hold, whatever has become of it, and holds once") { run in
            let ledger = try run.ledger([.session(100)])
            let hold = try await ledger.hold(60, "k")
            try run.expect(try await ledger.hold(60, "k") == hold, "another hold was returned")
            try await run.expect(ledger, used: 0, held: 60, after: "a repetition")
            try await ledger.settle(hold, usage: TokenUsage(input: 60))
            run.time.advance(by: .seconds(3_600))
            try run.expect(try await ledger.hold(60, "k") == hold, "another hold was returned after settling")
            try await run.expect(ledger, used: 60, after: "a repetition after settling")
        },
        Promise("another payload under a used key is a conflict and changes nothing") { run in
            let ledger = try run.ledger()
            let scope = CostScope(session: "s", user: "u")
            _ = try await ledger.reserve(scope, model: "m", input: .atMost(10), maxOutput: 5, key: "k")
            let others: [(CostScope, String, InputBound, Int64)] = [
                (CostScope(session: "s"), "m", .atMost(10), 5), (CostScope(session: "u", user: "s"), "m", .atMost(10), 5),
                (CostScope(session: "s", user: "u", tenant: "t"), "m", .atMost(10), 5),
                (CostScope(session: "s", user: "u", others: ["x": "y"]), "m", .atMost(10), 5),
                (scope, "n", .atMost(10), 5), (scope, "m", .atMost(11), 5), (scope, "m", .atMostUncached(10), 5),
                (scope, "m", .atMost(10), 6),
            ]
            for (scope, model, input, output) in others {
                try await run.expect(.keyConflict, from: "reserving for \(scope) and \(model) again") {
                    _ = try await ledger.reserve(scope, model: model, input: input, maxOutput: output, key: "k")
                }
            }
            try await run.expect(.keyConflict, from: "tracking under the key of a reservation") {
                _ = try await ledger.track(ModelUsage(model: "m", usage: TokenUsage(input: 10)), session: "s", key: "k")
            }
            try await run.expect(ledger, used: 0, held: 15, after: "conflicts")
        },
        Promise("names and keys that are equal as text but not as bytes are not confused") { run in
            let ledger = try run.ledger([.session(100)])
            let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
            let first = try await ledger.hold(100, composed, session: composed)
            let second = try await ledger.hold(100, decomposed, session: decomposed)
            try run.expect(first.id != second.id, "two keys share one hold")
            try await run.expect(ledger, session: composed, used: 0, held: 100, after: "two sessions of similar names")
        },
        Promise("the attempts of one request share its budget, over failures, models and midnight") { run in
            let ledger = try run.ledger([.request(Money(picoUSD: 100))])
            func attempt(_ tokens: Int64, _ number: Int, of request: String = "r", model: String = "m") async throws -> Hold {
                try await ledger.reserve(
                    CostScope(session: "s", request: request), model: model, input: .atMost(tokens), maxOutput: 0,
                    key: "\(request)/\(number)")
            }
            let first = try await attempt(60, 1)
            try await ledger.dispatched(first)
            run.time.advance(by: .seconds(86_400))  // no answer came
            do {
                _ = try await attempt(41, 2, model: "n")
                throw Broken(observation: "41 were admitted where 40 remain")
            } catch let error as LedgerError {
                let failing = error.refusal?.failing.map(\.account.scope) ?? []
                try run.expect(failing == [.request], "the failing scopes are \(failing)")
            }
            let room = try await ledger.affordableOutput(CostScope(session: "s", request: "r"), model: "m", input: .atMost(0))
            try run.expect(room == 40, "\(room) tokens are affordable where 40 are")
            let second = try await attempt(40, 2, model: "n")
            try await ledger.settle(second, usage: TokenUsage(input: 15))
            try await ledger.settle(first, usage: TokenUsage(input: 50))
            _ = try await attempt(35, 3)
            try await run.expect(.budgetExceeded, from: "a fourth attempt") { _ = try await attempt(1, 4) }
            _ = try await attempt(100, 1, of: "other")
            let balance = try await ledger.summary(.request, name: "r", window: .lifetime)
            try run.expect(
                balance.used.picoUSD == 65 && balance.held.picoUSD == 35 && balance.requests == 2, "the request counts \(balance)")

            let admitted = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<40 { group.addTask { (try? await attempt(10, number, of: "hedged")) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try run.expect(admitted == 10, "\(admitted) racing attempts were admitted where 10 fit")
        },
        Promise("sums that do not fit are an error and never wrap") { run in
            let ledger = try run.ledger()
            _ = try await ledger.hold(.max - 5, "a")
            try await run.expect(.overflow, from: "a hold beyond 64 bits") { _ = try await ledger.hold(6, "b") }
            try await run.expect(.overflow, from: "a charge beyond 64 bits") {
                _ = try await ledger.track(ModelUsage(model: "m", usage: TokenUsage(input: 6)), session: "s")
            }
            try await run.expect(ledger, used: 0, held: .max - 5, after: "overflows")
        },
        Promise("a new day and a new month are new accounts, and old ones keep what they have") { run in
            let ledger = try run.ledger([.daily(100)])
            let first = try await ledger.hold(100, "a")
            try await ledger.dispatched(first)
            try await run.expect(.budgetExceeded, from: "a hold on the same day") { _ = try await ledger.hold(1, "b") }
            run.time.advance(by: .seconds(86_400))
            _ = try await ledger.hold(100, "c")
            try await ledger.settle(first, usage: TokenUsage(input: 70))
            let today = try await ledger.status().day
            let yesterday = try await ledger.summary(day: run.time.timestamp.advanced(by: .seconds(-86_400)))
            try run.expect(yesterday.used.picoUSD == 70, "the day that held it counts \(yesterday.used.picoUSD), not 70")
            try run.expect(today.used == .zero && today.held.picoUSD == 100, "today counts \(today.used) and \(today.held)")
            let days = try await ledger.summaries(by: .everyone, per: .day)
            try run.expect(days.map(\.account.start) == [today.account.start, yesterday.account.start], "the days are listed as \(days)")
        },
    ]
}
