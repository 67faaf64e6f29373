/// A hash table from random 64-bit fingerprints to small values: open addressing, linear probing.
///
/// Fingerprints are already uniform, so nothing is hashed again. Entries leave only by ``keep(where:)``,
/// which rebuilds the table: there are no tombstones and lookups never degrade. At most 4/5 full.
///
/// Memory: 8 bytes and one value per slot, 1.25 to 1.6 slots per entry.
/// Complexity: lookup and insertion O(1) on average, ``keep(where:)`` O(n).
struct FingerprintTable<Value: FixedWidthInteger & BitwiseCopyable & Sendable>: Sendable {
    private(set) var count = 0
    /// Zero marks a free slot; the fingerprint zero is stored as one.
    private var fingerprints: [UInt64] = []
    private var values: [Value] = []

    subscript(fingerprint: UInt64) -> Value? {
        guard count > 0 else { return nil }
        let slot = slot(of: max(1, fingerprint))
        return fingerprints[slot] == 0 ? nil : values[slot]
    }

    /// Stores a value, or merges it with the one that is there.
    mutating func insert(_ value: Value, for fingerprint: UInt64, merge: (_ old: Value, _ new: Value) -> Value) {
        if (count + 1) * 5 > fingerprints.count * 4 { resize(to: max(16, fingerprints.count + fingerprints.count / 4)) }
        let slot = slot(of: max(1, fingerprint))
        if fingerprints[slot] == 0 {
            fingerprints[slot] = max(1, fingerprint)
            values[slot] = value
            count += 1
        } else {
            values[slot] = merge(values[slot], value)
        }
    }

    func contains(where isWanted: (Value) -> Bool) -> Bool {
        zip(fingerprints, values).contains { $0 != 0 && isWanted($1) }
    }

    /// Drops what the closure refuses and gives the memory back.
    mutating func keep(where isKept: (Value) -> Bool, change: (Value) -> Value = { $0 }) {
        var kept = FingerprintTable()
        let survivors = zip(fingerprints, values).count { $0 != 0 && isKept($1) }
        if survivors > 0 {
            kept.resize(to: max(16, survivors * 4 / 3 + 1))
            for (fingerprint, value) in zip(fingerprints, values) where fingerprint != 0 && isKept(value) {
                kept.insert(change(value), for: fingerprint) { _, new in new }
            }
        }
        self = kept
    }

    /// The slot that holds the fingerprint, or the free one where it belongs.
    ///
    /// The table is never full.
    private func slot(of fingerprint: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: fingerprint.multipliedFullWidth(by: UInt64(fingerprints.count)).high)
        while fingerprints[slot] != 0 && fingerprints[slot] != fingerprint {
            slot += 1
            if slot == fingerprints.count { slot = 0 }
        }
        return slot
    }

    private mutating func resize(to slots: Int) {
        let old = zip(fingerprints, values)
        fingerprints = [UInt64](repeating: 0, count: slots)
        values = [Value](repeating: 0, count: slots)
        for (fingerprint, value) in old where fingerprint != 0 {
            let slot = slot(of: fingerprint)
            fingerprints[slot] = fingerprint
            values[slot] = value
        }
    }
}
