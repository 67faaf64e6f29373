import CAllocationCounter
import HardeningCore
import RateLimit
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Two exact windows: one hot key, many keys, two threads, and what a client costs in memory.
enum LimiterRows {
    static let keyCount = 100_000

    static let rows = [
        Row("limiter_hot_key", operations: 500_000, detail: "string key, 100/minute and 1000/hour, mostly refused") {
            let limiter = RateLimiter(capacity: 1_000)
            let policy = try LimiterRows.policy("100/minute; 1000/hour")
            return { count in for _ in 0..<count { consume(limiter.admit(policy, key: "203.0.113.7")) } }
        },
        Row("limiter_random_keys", operations: 200_000, detail: "100,000 string keys, admitted") {
            let limiter = RateLimiter(capacity: 4 * keyCount)
            let policy = try LimiterRows.policy("1000/minute; 100000/hour")
            let keys = shuffledKeys()
            for key in keys { consume(limiter.admit(policy, key: key)) }
            return { count in
                for index in 0..<count { consume(limiter.admit(policy, key: keys[index % keyCount])) }
            }
        },
    ]

    /// How much more two threads do than one, on the same keys.
    static func twoThreads() throws -> Figure {
        let policy = try LimiterRows.policy("1000/minute; 100000/hour")
        let limiter = RateLimiter(capacity: 4 * keyCount)
        let keys = shuffledKeys()
        for key in keys { consume(limiter.admit(policy, key: key)) }
        @Sendable func loop(_ offset: Int) {
            for index in 0..<200_000 { consume(limiter.admit(policy, key: keys[(index + offset) % keyCount])) }
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
        for client in 0..<clients { consume(limiter.admit(policy, key: "client-\(client)")) }
        let bytes = Double(heap_bytes_in_use() - before) / Double(clients)
        consume(limiter)
        // One admission is one log entry of 8 bytes.
        return Figure(
            row: "limiter_memory", unit: "bytes", value: bytes, extras: [("ring_bytes", 8)], detail: "\(clients) clients, one request each"
        )
    }

    private static func policy(_ windows: String) throws -> RateLimitPolicy {
        try RateLimitPolicy("bench", parsing: windows)
    }

    private static func shuffledKeys() -> [String] {
        (0..<keyCount).map { "user-\($0)@example.com" }.shuffled()
    }

    private static func onTwoThreads(_ work: @Sendable @escaping (Int) -> Void) {
        final class Box {
            let body: () -> Void
            init(_ body: @escaping () -> Void) { self.body = body }
        }
        var threads: [pthread_t] = []
        for number in 0..<2 {
            let box = Unmanaged.passRetained(Box { work(number) })
            #if canImport(Darwin)
                var thread: pthread_t?
            #else
                var thread = pthread_t()
            #endif
            pthread_create(
                &thread, nil,
                { pointer in
                    #if canImport(Darwin)
                        let opaque: UnsafeMutableRawPointer? = pointer
                    #else
                        let opaque = pointer
                    #endif
                    if let opaque { Unmanaged<Box>.fromOpaque(opaque).takeRetainedValue().body() }
                    return nil
                }, box.toOpaque())
            #if canImport(Darwin)
                if let thread { threads.append(thread) }
            #else
                threads.append(thread)
            #endif
        }
        for thread in threads { pthread_join(thread, nil) }
    }
}
