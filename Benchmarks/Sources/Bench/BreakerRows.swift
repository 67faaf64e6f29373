import CAllocationCounter
import CircuitBreaker
import HardeningCore

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
        successes("breaker_count_window", "acquire and succeed, half of the last 100 calls") {
            try .init(trip: .failureShare(percent: 50, of: .calls(100), minCalls: 20))
        },
        successes("breaker_time_window", "acquire and succeed, half of the last 60 s in 10 parts") {
            try .init(trip: .failureShare(percent: 50, of: .time(.seconds(60)), minCalls: 20))
        },
        successes("breaker_slow_rule", "acquire and succeed, half of the last 100 calls slower than 5 s") {
            try .init(trip: .slowShare(percent: 50, threshold: .seconds(5), of: .calls(100), minCalls: 20))
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

    private static func successes(
        _ id: String, _ detail: String, _ configuration: @escaping @Sendable () throws -> Breaker.Configuration
    ) -> Row {
        Row(id, operations: 1_000_000, detail: detail) {
            let breaker = Breaker("claude", try configuration())
            return { count in
                for _ in 0..<count {
                    let permit = try breaker.acquire()
                    permit.succeed()
                }
            }
        }
    }

    /// Asynchronous, so measured by itself: retry with budget, breaker and bulkhead around a call that returns at once.
    static func pipeline() async throws -> Figure {
        let pipeline = try ResiliencePipeline(
            retry: Retry(backoff: Backoff(base: .milliseconds(100)), budget: RetryBudget()), breaker: Breaker("claude", .claude),
            bulkhead: Bulkhead(limit: 8)
        )
        let operations = 200_000
        func run() async throws -> (nanoseconds: Double, allocations: Double) {
            let (start, before) = (TimeSource.system.monotonic, allocation_count())
            for _ in 0..<operations { consume(try await pipeline.run { 1 }) }
            let elapsed = TimeSource.system.monotonic.nanoseconds - start.nanoseconds
            return (Double(elapsed) / Double(operations), Double(allocation_count() - before) / Double(operations))
        }
        _ = try await run()
        var samples: [(nanoseconds: Double, allocations: Double)] = []
        for _ in 0..<9 { samples.append(try await run()) }
        let median = samples.sorted { $0.nanoseconds < $1.nanoseconds }[4]
        return Figure(
            row: "pipeline_success", value: median.nanoseconds, extras: [("allocations", median.allocations)],
            detail: "retry with budget, breaker and bulkhead around a call that returns at once"
        )
    }
}
