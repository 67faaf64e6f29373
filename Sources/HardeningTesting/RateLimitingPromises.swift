import HardeningCore
import RateLimit

extension RateLimitingConformance {
    static let promises = [
        Promise(sentence: "exactly the limit is admitted in a window") { run in
            let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "5/minute"), key: "k")
            for unit in 1...5 { run.expect(try await run.admits([check]), "request \(unit) of 5 was refused") }
            run.expect(try await !run.admits([check]), "request 6 of 5 was admitted")
        },
        Promise(sentence: "a retry passes exactly at Retry-After and not a nanosecond earlier") { run in
            let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "2/10 seconds; 3/minute"), key: "k")
            for _ in 0..<9 {
                guard case .later(let wait)? = try await run.limiter.admit([check], cost: 1).refusal?.retry else {
                    run.time.advance(by: .milliseconds(700))
                    continue
                }
                run.time.advance(by: wait - .nanoseconds(1))
                run.expect(try await !run.admits([check], cost: 1), "admitted one nanosecond before \(wait)")
                run.time.advance(by: .nanoseconds(1))
                run.expect(try await run.admits([check]), "refused after \(wait)")
            }
        },
        Promise(sentence: "a refused request consumes nothing in any window of any policy") { run in
            let roomy = try RateLimitCheck(RateLimitPolicy("roomy", parsing: "100/minute; 1000/hour"), key: "k")
            let tight = try RateLimitCheck(RateLimitPolicy("tight", parsing: "1/minute"), key: "k")
            _ = try await run.admits([roomy, tight])
            for _ in 0..<10 { run.expect(try await !run.admits([roomy, tight]), "the tight policy let a second request through") }
            let used = try await run.used(roomy)
            run.expect(used == 1, "\(used ?? -1) units used instead of 1")
        },
        Promise(sentence: "the order of the checks does not matter") { run in
            let one = try RateLimitCheck(RateLimitPolicy("one", parsing: "1/minute"), key: "k")
            let two = try RateLimitCheck(RateLimitPolicy("two", parsing: "2/minute"), key: "k")
            _ = try await run.admits([one, two])
            let forward = try await run.limiter.admit([one, two], cost: 1)
            let backward = try await run.limiter.admit([two, one], cost: 1)
            run.expect(forward.isAdmitted == backward.isAdmitted, "one order admits, the other refuses")
            run.expect(forward.refusal?.violated.map(\.policy) == ["one"], "the violated policy is not named")
        },
        Promise(sentence: "cost 0 asks and charges nothing") { run in
            let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "3/minute"), key: "k")
            for _ in 0..<10 { run.expect(try await run.admits([check], cost: 0), "a peek was refused") }
            let used = try await run.used(check)
            run.expect(used == 0, "\(used ?? -1) units used by peeking")
        },
        Promise(sentence: "a cost above the limit, a limit of 0 and a negative cost are never admitted and charge nothing") { run in
            let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "3/minute"), key: "k")
            let closed = try RateLimitCheck(RateLimitPolicy("closed", parsing: "0/minute"), key: "k")
            for (checks, cost) in [([check], 4), ([closed], 1), ([check], -1), ([check], Int.max), ([check], Int.min)] {
                let decision = try await run.limiter.admit(checks, cost: cost)
                run.expect(!decision.isAdmitted, "cost \(cost) was admitted")
                run.expect(decision.refusal?.retry == .never, "cost \(cost) may be retried")
            }
            let used = try await run.used(check)
            run.expect(used == 0, "\(used ?? -1) units used")
        },
        Promise(sentence: "a refund gives back and stops at nothing used") { run in
            let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "3/minute"), key: "k")
            for _ in 0..<3 { _ = try await run.admits([check]) }
            try await run.limiter.refund([check], cost: 1)
            run.expect(try await run.admits([check]), "the unit given back cannot be used")
            try await run.limiter.refund([check], cost: 1_000)
            let used = try await run.used(check)
            run.expect(used == 0, "\(used ?? -1) units used after everything was given back")
        },
        Promise(sentence: "clients do not share an allowance") { run in
            let policy = try RateLimitPolicy("p", parsing: "1/minute")
            for client in 0..<100 {
                run.expect(try await run.admits([RateLimitCheck(policy, key: "client \(client)")]), "client \(client) was refused")
            }
        },
        Promise(sentence: "many tasks at once get exactly the limit") { run in
            let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "50/minute"), key: "k")
            let limiter = run.limiter
            let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<200 { group.addTask { try await limiter.admit([check], cost: 1).isAdmitted } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            run.expect(admitted == 50, "\(admitted) of 200 were admitted")
        },
        Promise(sentence: "a wall clock that steps changes nothing") { run in
            let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "1/minute"), key: "k")
            _ = try await run.admits([check])
            for step in [Duration.seconds(3600), .seconds(-7200), .seconds(315_360_000), .seconds(-630_720_000)] {
                run.time.stepWallClock(by: step)
                run.expect(try await !run.admits([check]), "a step of \(step) minted a permit")
            }
            run.time.advance(by: .seconds(60))
            run.expect(try await run.admits([check]), "refused for longer than the window")
        },
    ]
}
