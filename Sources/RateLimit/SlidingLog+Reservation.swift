extension SlidingLog {
    /// Takes units back from the entries of one moment, so that all others keep their age.
    ///
    /// An entry that becomes empty is removed. The log must have been read at `now`, and not have expired.
    ///
    /// - Parameter moment: not after `now`, and not so long ago that the longest window has lost it.
    /// - Complexity: O(log n) to find the moment; every newer entry is rewritten, because its count of units
    ///   before it changes.
    func remove(_ units: Int, chargedAt moment: Int64, _ format: LogFormat, now: Int64) {
        let age = now &- moment
        var sequence = firstEntry(youngerThan: age &+ 1, from: start, format, now: now)
        var left = units
        while left > 0, sequence != record.pointee.end, format.age(entry(sequence), now) == age {
            let isNewest = sequence &+ 1 == record.pointee.end
            let next = isNewest ? record.pointee.units : UInt32(truncatingIfNeeded: entry(sequence &+ 1))
            let weight = Int((next &- UInt32(truncatingIfNeeded: entry(sequence))) & format.unitMask)
            let taken = min(weight, left)
            left -= taken
            lighten(after: sequence, by: UInt32(truncatingIfNeeded: taken), format)
            if taken == weight { close(sequence) } else { sequence &+= 1 }
        }
    }

    /// Drops what is as old as `length` or older: before an entry is added, because ages are kept modulo 2^t only.
    func forget(asOldAs length: Int64, _ format: LogFormat, now: Int64) {
        let first = firstEntry(youngerThan: length, from: start, format, now: now)
        for window in 0..<4 where Int32(bitPattern: first &- cursors[window]) > 0 { cursors[window] = first }
    }

    /// Drops the oldest units until so many more can be counted.
    ///
    /// Every limit fits into the count, so what is dropped would only matter once it has left.
    func makeRoom(for units: Int, _ format: LogFormat) {
        let capacity = Int(format.unitMask)
        guard record.pointee.end != start else { return }
        let used = Int((record.pointee.units &- UInt32(truncatingIfNeeded: entry(start))) & format.unitMask)
        var excess = used - (capacity - min(units, capacity))
        while excess > 0, record.pointee.end != start {
            let first = start
            let isNewest = first &+ 1 == record.pointee.end
            let next = isNewest ? record.pointee.units : UInt32(truncatingIfNeeded: entry(first &+ 1))
            let weight = Int((next &- UInt32(truncatingIfNeeded: entry(first))) & format.unitMask)
            if weight > excess {
                recount(first, adding: UInt32(truncatingIfNeeded: excess), format)
                return
            }
            for window in 0..<4 where cursors[window] == first { cursors[window] = first &+ 1 }
            excess -= weight
        }
    }

    private func lighten(after sequence: UInt32, by units: UInt32, _ format: LogFormat) {
        for offset in 1..<max(1, record.pointee.end &- sequence) { recount(sequence &+ offset, adding: 0 &- units, format) }
        record.pointee.units &-= units
    }

    /// Changes an entry's count of units before it and leaves its moment.
    private func recount(_ sequence: UInt32, adding units: UInt32, _ format: LogFormat) {
        let word = entry(sequence)
        let before = (UInt32(truncatingIfNeeded: word) &+ units) & format.unitMask
        entries[Int(sequence & mask)] = word & ~UInt64(format.unitMask) | UInt64(before)
    }

    /// Removes an entry; all newer ones move up.
    private func close(_ sequence: UInt32) {
        for offset in 1..<max(1, record.pointee.end &- sequence) {
            entries[Int((sequence &+ offset &- 1) & mask)] = entry(sequence &+ offset)
        }
        record.pointee.end &-= 1
        for window in 0..<4 where Int32(bitPattern: cursors[window] &- sequence) > 0 { cursors[window] &-= 1 }
    }
}
