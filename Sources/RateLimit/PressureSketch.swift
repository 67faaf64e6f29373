import HardeningCore

/// Fixed-size, over-counting memory for clients that found the table full.
///
/// A count-min sketch (Cormode and Muthukrishnan, 2005) whose cells are sliding windows: every client is
/// charged in one cell of each of two rows, and what it has used is the smaller of the two. Clients who share a
/// cell add up, so a count is never too small: nobody is forgotten, nobody is freed. It can be too large: a
/// flood shuts a newcomer out once it has been *granted* about cells-per-row × limit units within a window, and
/// no sooner. Refused requests are charged nowhere, here neither.
///
/// A cell holds 14 counts of equal, power-of-two spans, at least 13 of which make up the window. A span counts
/// until its last nanosecond has left, so a cell sees at most 1/6 more than the window.
///
/// There is one sketch per power of two of the window length, made when it is first needed.
struct PressureSketch: BitwiseCopyable {
    static let spans: Int64 = 14

    struct Cell: BitwiseCopyable {
        /// The newest span that was charged.
        var newest: Int64 = 0
        /// 14 counts of 32 bits; with the line above, one cache line.
        var counts: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0)
    }

    struct Use {
        var used: Int
        var reset: Int64
        /// How long until there is room for the cost; 0 when there is.
        var wait: Int64
    }

    let width: Int
    private let cells: UnsafeMutablePointer<Cell>

    init(width: Int) {
        self.width = width
        cells = .allocate(capacity: 2 * width)
        cells.initialize(repeating: Cell(), count: 2 * width)
    }

    func deallocate() { cells.deallocate() }

    static func byteCount(width: Int) -> Int { 2 * width * MemoryLayout<Cell>.stride }

    /// The binary logarithm of the span for windows of this length: 13 spans are at least the window.
    static func spanBits(for length: Int64) -> Int {
        max(0, 64 - ((length + 12) / 13 - 1).leadingZeroBitCount)
    }

    /// From this moment on a charge made now counts nowhere.
    static func quiet(after now: Int64, length: Int64) -> Int64 {
        now + length + (2 << Int64(spanBits(for: length)))
    }
}

extension PressureSketch {
    /// What this client has used at most, and if that leaves no room for `cost`, when it will.
    func use(_ key: Fingerprint, _ length: Int64, now: Int64, limit: Int, cost: Int) -> Use {
        let (first, second) = rows(key, length)
        let one = use(first, length, now: now, limit: limit, cost: cost)
        let other = use(second, length, now: now, limit: limit, cost: cost)
        let reset = one.used <= other.used ? one.reset : other.reset
        return Use(used: min(one.used, other.used), reset: reset, wait: min(one.wait, other.wait))
    }

    func charge(_ key: Fingerprint, _ length: Int64, now: Int64, units: Int) {
        let span = now >> Int64(Self.spanBits(for: length))
        let (first, second) = rows(key, length)
        for index in [first, second] { add(units, to: index, span) }
    }

    private func rows(_ key: Fingerprint, _ length: Int64) -> (Int, Int) {
        let salt = scatter(UInt64(bitPattern: length))
        let width = UInt64(width)
        let first = scatter(key.high ^ salt).multipliedFullWidth(by: width).high
        let second = scatter(key.low &+ salt).multipliedFullWidth(by: width).high
        return (Int(first), self.width + Int(second))
    }

    private func use(_ index: Int, _ length: Int64, now: Int64, limit: Int, cost: Int) -> Use {
        let bits = Int64(Self.spanBits(for: length))
        let newest = cells[index].newest
        var use = Use(used: 0, reset: 0, wait: 0)
        // Newest first: the span at which the sum no longer leaves room is the one that must go.
        for back in 0..<min(Self.spans, newest + 1) {
            let span = newest - back
            let leaves = ((span + 1) << bits) - 1 + length - now
            if leaves <= 0 { break }
            let count = count(index, span)
            if count == 0 { continue }
            use.used += count
            use.reset = leaves
            if use.used > limit - cost && use.wait == 0 { use.wait = leaves }
        }
        return use
    }

    private func count(_ index: Int, _ span: Int64) -> Int {
        Int(withUnsafeBytes(of: cells[index].counts) { $0.loadUnaligned(fromByteOffset: Int(span % Self.spans) * 4, as: UInt32.self) })
    }

    private func add(_ units: Int, to index: Int, _ span: Int64) {
        let newest = cells[index].newest
        withUnsafeMutableBytes(of: &cells[index].counts) { bytes in
            for passed in 0..<min(span - newest, Self.spans) {
                bytes.storeBytes(of: 0, toByteOffset: Int((span - passed) % Self.spans) * 4, as: UInt32.self)
            }
            let offset = Int(span % Self.spans) * 4
            let (sum, overflow) = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).addingReportingOverflow(
                UInt32(clamping: units))
            bytes.storeBytes(of: overflow ? .max : sum, toByteOffset: offset, as: UInt32.self)
        }
        cells[index].newest = span
    }
}
