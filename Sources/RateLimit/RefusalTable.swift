public import HardeningCore

/// A client that a policy refused often, and how often at least and at most.
public struct RefusedClient: Sendable, Hashable {
    public let policy: String
    /// The client as the limiter knows it; see ``RateLimiter/fingerprintKey``.
    public let client: Fingerprint
    public let atLeast: UInt64
    public let atMost: UInt64
}

extension RateLimiter {
    /// Who is refused most, the most refused first.
    ///
    /// Each shard keeps 16 candidates by the Space-Saving algorithm (Metwally, Agrawal and El Abbadi, 2005). Whoever
    /// had more than 1/16 of the refusals of its shard is certainly among them; the true count lies between
    /// ``RefusedClient/atLeast`` and ``RefusedClient/atMost``, which differ by no more than that sixteenth. In a flood of
    /// clients refused once each the list is mostly theirs by accident, with `atLeast` near 1: that number is the one
    /// to act on.
    ///
    /// A client counts once for each enforced policy that refused it, since the limiter was made. 640 bytes a shard; only refusals
    /// touch it. Shards are read one after the other.
    ///
    /// - Parameter count: entries at most; there are never more than 16 per shard.
    public func topRefused(_ count: Int = 10) -> [RefusedClient] {
        var found: [RefusedClient] = []
        for index in 0..<shards.count {
            found += shards.withShard(index) { $0.pointee.refusals.clients }.map { line in
                RefusedClient(
                    policy: PolicyName(number: UInt16(truncatingIfNeeded: line.policy >> 1)).text, client: line.client,
                    atLeast: line.count &- line.error, atMost: line.count)
            }
        }
        found.sort { ($0.atLeast, $0.atMost) > ($1.atLeast, $1.atMost) }
        return Array(found.prefix(max(0, count)))
    }
}

/// The candidates of one shard.
struct RefusalTable: BitwiseCopyable {
    struct Line: BitwiseCopyable {
        var client = Fingerprint(high: 0, low: 0)
        /// ``RateLimitPolicy/identity``.
        var policy: UInt64 = 0
        /// Refusals at most; 0 while the line is free.
        var count: UInt64 = 0
        /// What of ``count`` may have been others'.
        var error: UInt64 = 0
    }

    static let lineCount = 16
    private let lines: UnsafeMutablePointer<Line>

    init() {
        lines = .allocate(capacity: Self.lineCount)
        lines.initialize(repeating: Line(), count: Self.lineCount)
    }

    func deallocate() { lines.deallocate() }

    var clients: [Line] { (0..<Self.lineCount).map { lines[$0] }.filter { $0.count > 0 } }

    /// Counts a refusal: on its own line, or on that of whoever has the fewest, whose count becomes its error.
    @inline(never)
    func add(_ policy: UInt64, _ client: Fingerprint) {
        var smallest = 0
        for index in 0..<Self.lineCount {
            if lines[index].policy == policy && lines[index].client == client && lines[index].count > 0 {
                lines[index].count &+= 1
                return
            }
            if lines[index].count < lines[smallest].count { smallest = index }
        }
        let inherited = lines[smallest].count
        lines[smallest] = Line(client: client, policy: policy, count: inherited &+ 1, error: inherited)
    }
}
