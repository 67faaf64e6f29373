/// A hash index from 64-bit hashes to slots of a table that keeps the keys itself.
///
/// Open addressing with linear probing and backward-shift deletion (Knuth, TAOCP vol. 3, §6.4,
/// algorithm R), at most three quarters full. Eight bytes per cell; no key is copied or retained,
/// which is what a `Dictionary` would spend most of its time on. The caller compares keys and must
/// hash them with a secret seed, so that nobody can choose colliding ones.
package struct SlotIndex {
    /// Upper half: the hash's upper half; lower half: slot + 1, or 0 when empty.
    private var cells = [UInt64](repeating: 0, count: 64)
    package private(set) var count = 0

    package init() {}

    private var mask: Int { cells.count - 1 }

    @inline(__always)
    private func home(of cell: UInt64) -> Int { Int(truncatingIfNeeded: cell >> 32) & mask }

    /// The slot whose key hashes to `hash` and satisfies `isMatch`.
    @inline(__always)
    package func find(_ hash: UInt64, where isMatch: (Int) -> Bool) -> Int? {
        var position = home(of: hash)
        while true {
            let cell = cells[position]
            if cell == 0 { return nil }
            if cell >> 32 == hash >> 32 {
                let slot = Int(cell & 0xffff_ffff) - 1
                if isMatch(slot) { return slot }
            }
            position = (position + 1) & mask
        }
    }

    /// Adds a slot whose key is not in the index yet.
    ///
    /// - Parameter slot: 0 ..< 2³² − 1.
    package mutating func insert(_ slot: Int, hash: UInt64) {
        if (count + 1) * 4 > cells.count * 3 { grow() }
        place((hash >> 32) << 32 | UInt64(truncatingIfNeeded: slot + 1))
        count += 1
    }

    package mutating func remove(_ slot: Int, hash: UInt64) {
        var hole = home(of: hash)
        while cells[hole] & 0xffff_ffff != UInt64(truncatingIfNeeded: slot + 1) {
            if cells[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        var next = hole
        while true {
            next = (next + 1) & mask
            let cell = cells[next]
            if cell == 0 { break }
            // A cell may fill the hole unless its home lies cyclically in (hole, next].
            if (next &- home(of: cell)) & mask >= (next &- hole) & mask {
                cells[hole] = cell
                hole = next
            }
        }
        cells[hole] = 0
    }

    private mutating func place(_ cell: UInt64) {
        var position = home(of: cell)
        while cells[position] != 0 { position = (position + 1) & mask }
        cells[position] = cell
    }

    private mutating func grow() {
        let old = cells
        cells = [UInt64](repeating: 0, count: old.count * 2)
        for cell in old where cell != 0 { place(cell) }
    }
}
