import CAllocationCounter
import HardeningCore
import RateLimit

/// One hot key, many keys, two threads, what a client costs in memory, and what a flood costs.
enum LimiterRows {
    static let keyCount = 100_000

    static let rows = [
        Row("limiter_hot_key", operations: 500_000, detail: "string key, 100/minute and 1000/hour, mostly refused") {
            let limiter = RateLimiter(capacity: 1_000)
            let policy = try LimiterRows.policy("100/minute; 1000/hour")
            return { count in for _ in 0..<count { consume(limiter.admit(policy, key: "203.0.113.7").isAdmitted) } }
        },
        Row("limiter_random_keys", operations: 200_000, detail: "100,000 string keys, admitted") {
            let limiter = RateLimiter(capacity: 4 * keyCount)
            let policy = try LimiterRows.policy("1000/minute; 100000/hour")
            let keys = shuffledKeys()
            for key in keys { consume(limiter.admit(policy, key: key).isAdmitted) }
            return { count in
                for index in 0..<count { consume(limiter.admit(policy, key: keys[index % keyCount]).isAdmitted) }
            }
        },
        Row("limiter_gcra", operations: 500_000, detail: "string key, 1,000,000,000/second burst 1000, admitted") {
            let limiter = RateLimiter(capacity: 1_000)
            let policy = try LimiterRows.policy("1000000000/second burst 1000")
            return { count in for _ in 0..<count { consume(limiter.admit(policy, key: "203.0.113.7").isAdmitted) } }
        },
        Row("limiter_counter", operations: 500_000, detail: "string key, two counters, admitted") {
            let limiter = RateLimiter(capacity: 1_000)
            let policy = try LimiterRows.policy("2000000000/minute counter; 4000000000/hour counter")
            return { count in for _ in 0..<count { consume(limiter.admit(policy, key: "203.0.113.7").isAdmitted) } }
        },
    ]

    /// How much more two threads do than one, on the same keys.
    static func twoThreads() throws -> Figure {
        let policy = try LimiterRows.policy("1000/minute; 100000/hour")
        let limiter = RateLimiter(capacity: 4 * keyCount)
        let keys = shuffledKeys()
        for key in keys { consume(limiter.admit(policy, key: key).isAdmitted) }
        @Sendable func loop(_ offset: Int) {
            for index in 0..<200_000 { consume(limiter.admit(policy, key: keys[(index + offset) % keyCount]).isAdmitted) }
        }
        let time = TimeSource.system
        var ratios: [Double] = []
        for _ in 0..<9 {
            let start = time.monotonic
            loop(0)
            let middle = time.monotonic
            onTwoThreads { loop($0 * keyCount / 2) }
            let one = Double(middle.nanoseconds - start.nanoseconds)
            let two = Double(time.monotonic.nanoseconds - middle.nanoseconds)
            ratios.append(2 * one / two)
        }
        return Figure(row: "limiter_two_threads", unit: "ratio", value: ratios.sorted()[4], detail: "100,000 string keys")
    }

    /// The heap that a million idle clients of a 100/minute policy take, one request each.
    static func memory() throws -> Figure {
        let policy = try LimiterRows.policy("100/minute")
        let clients = 1_000_000
        let before = heap_bytes_in_use()
        let limiter = RateLimiter(capacity: clients)
        for client in 0..<clients { consume(limiter.admit(policy, key: "client-\(client)").isAdmitted) }
        let bytes = Double(heap_bytes_in_use() - before) / Double(clients)
        consume(limiter)
        // One admission is one log entry of 8 bytes.
        return Figure(
            row: "limiter_memory", unit: "bytes", value: bytes, extras: [("ring_bytes", 8)], detail: "\(clients) clients, one request each"
        )
    }

    /// The heap of a full limiter after ten times as many clients as it has room for, per entry of capacity.
    static func flood() throws -> Figure {
        let policy = try LimiterRows.policy("100/minute")
        let capacity = 100_000
        let before = heap_bytes_in_use()
        let limiter = RateLimiter(capacity: capacity)
        for client in 0..<capacity { consume(limiter.admit(policy, key: "client-\(client)").isAdmitted) }
        let full = heap_bytes_in_use() - before
        for client in 0..<2 * capacity { consume(limiter.admit(policy, key: "early-\(client)").isAdmitted) }
        let flooded = heap_bytes_in_use() - before
        for client in 0..<10 * capacity { consume(limiter.admit(policy, key: "flood-\(client)").isAdmitted) }
        let end = heap_bytes_in_use() - before
        let growth = Double(end) - Double(flooded)
        let sketched = limiter.snapshot.overCounted
        return Figure(
            row: "limiter_flood", unit: "bytes", value: Double(end) / Double(capacity),
            extras: [("full_bytes", Double(full) / Double(capacity)), ("growth_bytes", growth)],
            detail: "capacity \(capacity), \(sketched) charges in the sketch, the last 10⁶ clients added \(Int(growth)) bytes")
    }

    private static func policy(_ windows: String) throws -> RateLimitPolicy {
        try RateLimitPolicy("bench", parsing: windows)
    }

    private static func shuffledKeys() -> [String] {
        (0..<keyCount).map { "user-\($0)@example.com" }.shuffled()
    }
}
