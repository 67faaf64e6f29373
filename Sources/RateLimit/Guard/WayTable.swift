import HardeningCore

/// A fixed number of slots for values that expire, in buckets of eight.
///
/// A key has one bucket. A newcomer takes an empty slot of it or one whose value has expired, which is the same thing;
/// if there is none, there is no room, and the caller decides what that means. Nothing is ever pushed out. With twice
/// as many slots as keys in use, one key in two hundred meets a full bucket.
///
/// Keys are keyed fingerprints, so nobody outside can aim at a bucket. Eight comparisons per look-up; all memory is taken at once.
struct WayTable<Value: BitwiseCopyable & Sendable>: Sendable {
    struct Slot: BitwiseCopyable, Sendable {
        var key: Fingerprint
        /// From this moment on the slot is as good as empty.
        var expiry: Int64
        var value: Value
    }

    static var ways: Int { 8 }

    private let bucketCount: Int
    private(set) var slots: [Slot]

    /// - Parameters:
    ///   - capacity: keys that find room when they fall at random; there are twice as many slots.
    ///   - empty: a value to fill slots with.
    init(capacity: Int, empty: Value) {
        bucketCount = (max(1, capacity) + 3) / 4
        slots = Array(
            repeating: Slot(key: Fingerprint(high: 0, low: 0), expiry: .min, value: empty), count: bucketCount * Self.ways)
    }

    var byteCount: Int { slots.count * MemoryLayout<Slot>.stride }

    private func bucket(of key: Fingerprint) -> Range<Int> {
        let home = Int(truncatingIfNeeded: key.low.multipliedFullWidth(by: UInt64(truncatingIfNeeded: bucketCount)).high)
        return home * Self.ways..<(home + 1) * Self.ways
    }

    /// Where a key is that has not expired.
    func find(_ key: Fingerprint, now: Int64) -> Int? {
        for index in bucket(of: key) where slots[index].key == key && slots[index].expiry > now { return index }
        return nil
    }

    /// A slot for a key that is not there; nil when its bucket is full.
    ///
    /// The slot counts as empty until its expiry is set.
    mutating func claim(_ key: Fingerprint, now: Int64, _ value: Value) -> Int? {
        for index in bucket(of: key) where slots[index].expiry <= now {
            slots[index] = Slot(key: key, expiry: .min, value: value)
            return index
        }
        return nil
    }

    subscript(index: Int) -> Value {
        get { slots[index].value }
        _modify { yield &slots[index].value }
    }

    mutating func setExpiry(_ expiry: Int64, at index: Int) { slots[index].expiry = expiry }

    func count(now: Int64) -> Int { slots.reduce(0) { $0 + ($1.expiry > now ? 1 : 0) } }
}
