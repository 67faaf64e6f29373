import CAllocationCounter
import HardeningCore

/// One line of output: a row's figure and what belongs to it.
struct Figure {
    var row: String
    var unit = "ns"
    var value: Double
    var extras: [(String, Double)] = []
    var detail: String
    var who = "swift-hardening"

    var json: String {
        var fields = ["\"row\":\"\(row)\"", "\"who\":\"\(who)\"", "\"\(unit)\":\(Self.number(value))"]
        fields += extras.map { "\"\($0.0)\":\(Self.number($0.1))" }
        fields.append("\"detail\":\"\(detail)\"")
        return "{" + fields.joined(separator: ",") + "}"
    }

    /// The line of a contender that cannot run here.
    static func missing(row: String, who: String, reason: String) -> String {
        "{\"row\":\"\(row)\",\"who\":\"\(who)\",\"missing\":\"\(reason)\"}"
    }

    private static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}

/// Keeps the optimiser from removing what computes `value`.
@inline(never)
func consume<Value>(_ value: Value) {}

/// Nanoseconds per operation: the median of nine repetitions after one that warms up.
func medianNanoseconds(operations: Int, _ body: (Int) throws -> Void) rethrows -> Double {
    let time = TimeSource.system
    try body(operations)
    var samples: [Double] = []
    for _ in 0..<9 {
        let start = time.monotonic
        try body(operations)
        let elapsed = time.monotonic.nanoseconds - start.nanoseconds
        samples.append(Double(elapsed) / Double(operations))
    }
    return samples.sorted()[samples.count / 2]
}

/// Heap allocations per operation, after `body` has run once.
func allocationsPerOperation(operations: Int, _ body: (Int) throws -> Void) rethrows -> Double {
    try body(operations)
    let before = allocation_count()
    try body(operations)
    return Double(allocation_count() - before) / Double(operations)
}

/// What one row of the table needs: set up once, then run many times.
struct Row: Sendable {
    let id: String
    /// Operations in one repetition, so that it takes some milliseconds.
    let operations: Int
    let detail: String
    let who: String
    /// Sets up and returns the loop.
    let prepare: @Sendable () throws -> (Int) throws -> Void

    init(
        _ id: String, operations: Int, detail: String, who: String = "swift-hardening",
        prepare: @escaping @Sendable () throws -> (Int) throws -> Void
    ) {
        self.id = id
        self.operations = operations
        self.detail = detail
        self.who = who
        self.prepare = prepare
    }

    func measure() throws -> Figure {
        let body = try prepare()
        let nanoseconds = try medianNanoseconds(operations: operations, body)
        let allocations = try allocationsPerOperation(operations: operations, body)
        var extras = [("allocations", allocations)]
        if let reads = Self.clockReads[id] { extras.append(("clock_ns", Double(reads) * clockNanoseconds())) }
        return Figure(row: id, value: nanoseconds, extras: extras, detail: detail, who: who)
    }

    /// Rows whose target allows for the clock, and how often an operation reads it.
    private static let clockReads = ["breaker_refusal": 1, "breaker_time_window": 1, "breaker_slow_rule": 2]

    private func clockNanoseconds() -> Double {
        medianNanoseconds(operations: 100_000) { count in
            for _ in 0..<count { consume(TimeSource.system.monotonic) }
        }
    }
}
