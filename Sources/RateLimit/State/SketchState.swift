import HardeningCore

/// The cells of one sketch that still count, as they are exported.
struct SketchState: Sendable {
    struct Cell: Sendable {
        let index: Int
        let ages: [(endAge: Int64, units: UInt32)]
    }

    let shard: Int
    let spanBits: Int
    /// Cells in a row, of which there are two.
    let width: Int
    let cells: [Cell]

    init(shard: Int, spanBits: Int, width: Int, cells: [Cell]) {
        (self.shard, self.spanBits, self.width, self.cells) = (shard, spanBits, width, cells)
    }

    /// Of windows as long as this sketch's can be.
    static func longest(_ spanBits: Int) -> Int64 { 13 << Int64(spanBits) }

    func write(to writer: inout StateWriter) {
        writer.append(UInt32(clamping: shard))
        writer.append(UInt8(clamping: spanBits))
        writer.append(UInt32(clamping: width))
        writer.append(UInt32(clamping: cells.count))
        for cell in cells {
            writer.append(UInt32(clamping: cell.index))
            StateRecord.write(cell.ages, to: &writer)
        }
    }

    init(_ reader: inout StateReader, shardCount: Int) throws(RateLimitStateError) {
        shard = Int(try reader.read(UInt32.self))
        spanBits = Int(try reader.read(UInt8.self))
        width = Int(try reader.read(UInt32.self))
        guard shard < shardCount, spanBits <= 52, (1...1 << 27).contains(width) else { throw RateLimitStateError(.damaged) }
        var cells: [Cell] = []
        for _ in 0..<(try reader.count(ofAtLeast: 8)) {
            let index = Int(try reader.read(UInt32.self))
            guard index < 2 * width else { throw RateLimitStateError(.damaged) }
            cells.append(Cell(index: index, ages: try StateRecord.readAges(&reader)))
        }
        self.cells = cells
    }

    /// The cells of a row of another width that may hold a client of this cell.
    ///
    /// A client's place in a row is its hash, as a fraction of 2⁶⁴, times the width: cells are stretches of the same line.
    static func places(of index: Int, width: Int, among other: Int) -> ClosedRange<Int> {
        let first = index * other / width
        return first...max(first, ((index + 1) * other + width - 1) / width - 1)
    }
}

extension SlidingCounter {
    /// Whatever is more, span by span: two counters of which either may be the true one.
    mutating func raise(to other: SlidingCounter) {
        for back in (0..<Int64(Self.spans)).reversed() {
            let span = other.newest - back
            guard span >= 0, span > newest - Int64(Self.spans) else { continue }
            let excess = other.count(in: span) - (span > newest ? 0 : count(in: span))
            if excess > 0 { span > newest ? add(excess, to: span) : addBack(excess, to: span) }
        }
    }
}
