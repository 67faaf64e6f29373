import HardeningCore

extension Shard {
    /// Writes the records that have not expired; the caller holds the lock.
    ///
    /// - Returns: how many.
    func writeRecords(to writer: inout StateWriter, now: Int64) -> Int {
        var count = 0
        for slot in 0..<table.slotCount {
            guard let record = StateRecord(table[slot], now: now) else { continue }
            record.write(to: &writer)
            count += 1
        }
        return count
    }

    /// The sketches that count something.
    func sketchStates(_ shard: Int, now: Int64) -> [SketchState] {
        if now >= quietFrom { return [] }
        return (0...52).compactMap { bits in
            guard let sketch = sketches[bits] else { return nil }
            let cells = (0..<2 * sketch.width).compactMap { index -> SketchState.Cell? in
                let ages = sketch.cells[index].ages(SketchState.longest(bits), span: 1 << Int64(bits), now: now)
                return ages.isEmpty ? nil : SketchState.Cell(index: index, ages: ages)
            }
            return cells.isEmpty ? nil : SketchState(shard: shard, spanBits: bits, width: sketch.width, cells: cells)
        }
    }

    /// Takes a record that is this much older by now; the table has room for it and does not hold its key.
    ///
    /// - Returns: false when it has expired meanwhile.
    mutating func take(_ state: StateRecord, aged passed: Int64, now: Int64) -> Bool {
        guard state.expiry > passed, table.find(state.key) == nil, !table.isFull else { return false }
        let record = table.insert(
            ClientRecord(key: state.key, signature: state.signature, unitBits: state.unitBits, windowCount: state.windowCount))
        record.pointee.expiry = now + state.expiry - passed
        switch state.use {
        case .log(let entries):
            let format = LogFormat(unitBits: state.unitBits)
            for (age, units) in entries {
                append(Int(units), to: record, SlidingLog(record), format, now: now - max(0, age) - passed)
            }
        case .arrival(let ahead, let fraction, let rule):
            record.pointee.arrivalRule = rule
            record.pointee.arrival = GCRA.Arrival(moment: now + ahead - passed, fraction: fraction)
        case .counters(let windows):
            let sizeClass = ClientCounters.sizeClass(windows.count)
            let block = pool.block(sizeClass).initializeMemory(as: SlidingCounter.self, repeating: SlidingCounter(), count: windows.count)
            for (index, window) in windows.enumerated() {
                block[index] = SlidingCounter(
                    window.spans.map { ($0.endAge + passed, $0.units) }, span: SlidingCounter.span(for: window.length), now: now)
            }
            record.pointee.ring = UInt64(UInt(bitPattern: block))
            record.pointee.sizeClass = sizeClass
            record.pointee.units = UInt32(UInt16.max)  // made under a rule without a number here
            // Spans may have begun elsewhere in the process before.
            record.pointee.expiry += windows.map { SlidingCounter.span(for: $0.length) }.max() ?? 0
        }
        return true
    }

    /// Counts what any of these sketches counted: a client was in one of the shards they come from.
    mutating func take(_ states: [SketchState], aged passed: Int64, now: Int64) {
        for state in states {
            let span: Int64 = 1 << Int64(state.spanBits)
            let sketch = sketches[state.spanBits] ?? PressureSketch(width: sketchWidth)
            sketches[state.spanBits] = sketch
            for cell in state.cells {
                let counter = SlidingCounter(cell.ages.map { ($0.endAge + passed, $0.units) }, span: span, now: now)
                let row = cell.index / state.width
                for place in SketchState.places(of: cell.index % state.width, width: state.width, among: sketch.width)
                where place < sketch.width {
                    sketch.cells[row * sketch.width + place].raise(to: counter)
                }
            }
            quietFrom = max(quietFrom, now + SketchState.longest(state.spanBits) + 2 * span)
        }
    }
}
