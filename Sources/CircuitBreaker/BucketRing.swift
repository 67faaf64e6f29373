import HardeningCore

/// The calls of the last so long, in equal parts of time, with running totals.
///
/// A part is cleared before anything is added to it, so nothing of a former round is ever counted. A clock that
/// goes back adds to the newest part: it neither forgets failures nor makes room for new ones.
///
/// Memory: 16 bytes for every part. Adding is O(1) amortised, O(parts) after a pause, and does not allocate.
struct BucketRing: Sendable, Hashable {
    private struct Bucket: Sendable, Hashable {
        var count = 0
        var hits = 0
    }

    private let width: Int64
    private(set) var count = 0
    private(set) var hits = 0
    /// The number of the newest part since the origin of the clock; nil before the first.
    private var newest: Int64?
    private var position = 0
    private var buckets: [Bucket]

    /// - Parameters:
    ///   - length: nanoseconds, at least `parts`.
    ///   - parts: at least 1.
    init(length: Int64, parts: Int) {
        let parts = max(1, parts)
        width = max(1, length / Int64(parts) + (length % Int64(parts) == 0 ? 0 : 1))
        buckets = Array(repeating: Bucket(), count: parts)
    }

    mutating func add(isHit: Bool, at now: MonotonicTime) {
        advance(to: now)
        let hit = isHit ? 1 : 0
        count += 1
        hits += hit
        buckets[position].count += 1
        buckets[position].hits += hit
    }

    /// Forgets the parts that are too old at `now`.
    mutating func advance(to now: MonotonicTime) {
        let current = Self.floorDivide(now.nanoseconds, width)
        guard let newest else {
            self.newest = current
            return
        }
        guard current > newest else { return }
        self.newest = current
        var steps = current.subtractingSaturating(newest)
        if steps >= Int64(buckets.count) { steps = Int64(buckets.count) }
        for _ in 0..<steps {
            position += 1
            if position == buckets.count { position = 0 }
            count -= buckets[position].count
            hits -= buckets[position].hits
            buckets[position] = Bucket()
        }
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value < 0 && quotient * divisor != value ? quotient - 1 : quotient
    }
}
