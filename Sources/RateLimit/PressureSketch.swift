import HardeningCore

/// Fixed-size, over-counting memory for clients that found the table full.
///
/// A count-min sketch (Cormode and Muthukrishnan, 2005) whose cells are ``SlidingCounter``s: every client is
/// charged in one cell of each of two rows, and what it has used is the smaller of the two. Clients who share a
/// cell add up, so a count is never too small: nobody is forgotten, nobody is freed. It can be too large: a
/// flood shuts a newcomer out once it has been *granted* about cells-per-row × limit units within a window, and
/// no sooner. Refused requests are charged nowhere, here neither.
///
/// Spans are powers of two here, so that windows of similar length share a sketch, and a cell sees at most 1/6 more
/// than the window.
///
/// It serves every algorithm. For ``GCRA`` the window is burst × T long, or up to a nanosecond more, and its limit is
/// the burst. That is never freer than GCRA itself: in a stretch of length d such a window admits at most
/// burst × (⌊d / (burst × T)⌋ + 1) units, which are worth at most d + burst × T; so the arrival time is never more than
/// burst × T ahead.
///
/// There is one sketch per power of two of the window length, made when it is first needed.
struct PressureSketch: BitwiseCopyable {
    let width: Int
    let cells: UnsafeMutablePointer<SlidingCounter>

    init(width: Int) {
        self.width = width
        cells = .allocate(capacity: 2 * width)
        cells.initialize(repeating: SlidingCounter(), count: 2 * width)
    }

    func deallocate() { cells.deallocate() }

    static func byteCount(width: Int) -> Int { 2 * width * MemoryLayout<SlidingCounter>.stride }

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
    func use(_ key: Fingerprint, _ length: Int64, now: Int64, limit: Int, cost: Int) -> SlidingCounter.Use {
        let (first, second) = rows(key, length)
        let span: Int64 = 1 << Int64(Self.spanBits(for: length))
        let one = cells[first].use(length, span: span, now: now, limit: limit, cost: cost)
        let other = cells[second].use(length, span: span, now: now, limit: limit, cost: cost)
        let reset = one.used <= other.used ? one.reset : other.reset
        return SlidingCounter.Use(used: min(one.used, other.used), reset: reset, wait: min(one.wait, other.wait))
    }

    func charge(_ key: Fingerprint, _ length: Int64, now: Int64, units: Int) {
        let span = now >> Int64(Self.spanBits(for: length))
        let (first, second) = rows(key, length)
        for index in [first, second] { cells[index].add(units, to: span) }
    }

    private func rows(_ key: Fingerprint, _ length: Int64) -> (Int, Int) {
        let salt = scatter(UInt64(bitPattern: length))
        let width = UInt64(width)
        let first = scatter(key.high ^ salt).multipliedFullWidth(by: width).high
        let second = scatter(key.low &+ salt).multipliedFullWidth(by: width).high
        return (Int(first), self.width + Int(second))
    }
}
