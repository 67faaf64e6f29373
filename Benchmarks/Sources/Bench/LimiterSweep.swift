import HardeningCore
import RateLimit

/// How the cost of a decision grows with the number of clients: it should not, until their records leave the caches.
enum LimiterSweep {
    static let id = "limiter_keys"
    static let sizes = [1_000, 10_000, 100_000, 1_000_000]

    /// One size as a row, for instruction counts: `limiter_keys/1000`.
    static let rows = sizes.map { size in
        Row("\(id)/\(size)", operations: 200_000, detail: "") {
            let loop = try loop(over: size)
            return { count in loop(0, count) }
        }
    }

    /// One line for every size and number of threads.
    static func measure() throws {
        for size in sizes {
            let loop = try loop(over: size)
            let operations = 200_000
            let one = medianNanoseconds(operations: operations) { loop(0, $0) }
            let two = medianNanoseconds(operations: 2 * operations) { count in
                onTwoThreads { loop($0 * size / 2, count / 2) }
            }
            print(SweepPoint(sweep: id, size: size, series: "1 thread", unit: "ns", value: one).json)
            print(SweepPoint(sweep: id, size: size, series: "2 threads, time ÷ decisions", unit: "ns", value: two).json)
        }
    }

    /// Asks for one client after the other, in random order, two exact windows each.
    private static func loop(over size: Int) throws -> @Sendable (_ offset: Int, _ count: Int) -> Void {
        let policy = try RateLimitPolicy("bench", parsing: "1000/minute; 100000/hour")
        let limiter = RateLimiter(capacity: 2 * size)
        let keys = (0..<size).map { "user-\($0)@example.com" }.shuffled()
        for key in keys { consume(limiter.admit(policy, key: key).isAdmitted) }
        return { offset, count in
            for index in 0..<count { consume(limiter.admit(policy, key: keys[(offset + index) % size]).isAdmitted) }
        }
    }
}

/// One point of a curve.
struct SweepPoint {
    let sweep: String
    let size: Int
    let series: String
    let unit: String
    let value: Double

    var json: String {
        "{\"sweep\":\"\(sweep)\",\"size\":\(size),\"series\":\"\(series)\",\"unit\":\"\(unit)\",\"value\":\((value * 100).rounded() / 100)}"
    }
}
