import CircuitBreaker

/// What a breaker adds to a call that succeeds, and what a refusal costs.
enum BreakerRows {
    static let rows = [
        Row("breaker_closed", operations: 1_000_000, detail: "acquire and succeed, preset claude") {
            let breaker = Breaker("claude", .claude)
            return { count in
                for _ in 0..<count {
                    let permit = try breaker.acquire()
                    permit.succeed()
                }
            }
        },
        Row("breaker_refusal", operations: 1_000_000, detail: "acquire while open") {
            let breaker = Breaker("claude", .preset(failures: 1, openFor: .seconds(100_000)))
            let permit = try breaker.acquire()
            permit.fail()
            return { count in
                for _ in 0..<count {
                    do {
                        let permit = try breaker.acquire()
                        permit.succeed()
                    } catch {
                        consume(error)
                    }
                }
            }
        },
    ]
}
