/// What became of the requests one policy was asked about, since the limiter was made.
///
/// Peeks are not counted. A request that several policies concern is counted as admitted by each of them, or
/// as refused by each that had no room.
public struct RateLimitCounters: Sendable, Hashable {
    public let policy: String
    public internal(set) var admitted: UInt64 = 0
    public internal(set) var refused: UInt64 = 0
    /// Requests that passed although this policy, in shadow, had no room for them.
    public internal(set) var shadowRefused: UInt64 = 0
}

/// The counters of one shard: 63 policies of their own line, and one line for all others.
struct CounterTable: BitwiseCopyable {
    struct Line: BitwiseCopyable {
        /// ``RateLimitPolicy/identity`` + 1; 0 while the line is free.
        var owner: UInt64 = 0
        var admitted: UInt64 = 0
        var refused: UInt64 = 0
        var shadowRefused: UInt64 = 0

        var policy: PolicyName? { owner == 0 ? nil : PolicyName(number: UInt16(truncatingIfNeeded: (owner - 1) >> 1)) }
    }

    static let lineCount = 64
    private static let others = lineCount - 1
    private let lines: UnsafeMutablePointer<Line>

    init() {
        lines = .allocate(capacity: Self.lineCount)
        lines.initialize(repeating: Line(), count: Self.lineCount)
    }

    func deallocate() { lines.deallocate() }

    subscript(index: Int) -> Line { lines[index] }

    @inline(__always)
    func line(_ identity: UInt64) -> UnsafeMutablePointer<Line> {
        let home = Int(truncatingIfNeeded: identity) & (Self.lineCount - 1)
        return lines[home].owner == identity + 1 ? lines + home : search(identity, from: home)
    }

    @inline(never)
    private func search(_ identity: UInt64, from home: Int) -> UnsafeMutablePointer<Line> {
        for step in 0..<Self.lineCount {
            let index = (home + step) & (Self.lineCount - 1)
            if index == Self.others { continue }
            if lines[index].owner == 0 { lines[index].owner = identity + 1 }
            if lines[index].owner == identity + 1 { return lines + index }
        }
        return lines + Self.others
    }
}
