import HardeningCore
import Synchronization

/// The shards of a limiter, each behind its own lock, in memory that never moves.
///
/// The state lies beside its lock instead of inside it, so that a decision can hold several locks at once.
/// Nothing outside this file can reach a shard without holding its lock.
final class ShardSet: Sendable {
    private struct Stripe: ~Copyable {
        let lock = Mutex<Void>(())
        let shard: UnsafeMutablePointer<Shard>
        /// Keeps two locks off one cache line.
        private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)

        init(_ shard: Shard) {
            self.shard = .allocate(capacity: 1)
            self.shard.initialize(to: shard)
        }

        deinit {
            shard.pointee.deallocate()
            shard.deallocate()
        }
    }

    let count: Int
    // Safe: the pointer is never reassigned, a stripe's lock is itself Sendable, and its shard is only touched
    // while that lock is held (`withShard`, `withShards`) or in the stripe's deinit.
    private nonisolated(unsafe) let stripes: UnsafeMutablePointer<Stripe>

    /// - Parameters:
    ///   - count: a power of two.
    ///   - make: called once for each.
    init(count: Int, make: () -> Shard) {
        self.count = count
        stripes = .allocate(capacity: count)
        for index in 0..<count { (stripes + index).initialize(to: Stripe(make())) }
    }

    deinit {
        stripes.deinitialize(count: count)
        stripes.deallocate()
    }

    @inline(__always)
    func index(of client: Fingerprint) -> Int {
        Int(truncatingIfNeeded: client.high) & (count &- 1)
    }

    @inline(__always)
    func withShard<Result: Sendable>(_ index: Int, _ body: (UnsafeMutablePointer<Shard>) -> Result) -> Result {
        let shard = stripes[index].shard
        return stripes[index].lock.withLock { _ in body(shard) }
    }

    /// Holds several locks at once, taken in ascending order, so that two decisions never wait for each other.
    ///
    /// - Parameter indices: ascending and distinct.
    func withShards<Result: Sendable>(
        _ indices: UnsafeBufferPointer<Int>, _ body: ((Int) -> UnsafeMutablePointer<Shard>) -> Result
    ) -> Result {
        guard let first = indices.first else { return body { self.stripes[$0].shard } }
        return stripes[first].lock.withLock { _ in
            withShards(UnsafeBufferPointer(rebasing: indices.dropFirst()), body)
        }
    }
}
