/// A sliding window that counts by spans instead of by moments: one cache line, however large the limit.
///
/// Time is cut into equal spans, at least 13 of which make up the window, and a counter holds the counts of the
/// newest 14. A span counts as a whole until its last nanosecond has left the window.
///
/// **What it promises.** Never more than the limit in any window of the given length: a unit is never dropped
/// early. With spans of ⌈length / 13⌉ a unit counts less than one span too long, so what an exact window of
/// length + ⌈length / 13⌉ admits is never refused. Waits are exact for this rule: one nanosecond earlier is too early.
///
/// ``SlidingLog`` has no such slack and costs 8 bytes a request; this one is for limits too large to log. It is the
/// cell of a ``PressureSketch`` as well, there with spans of a power of two.
///
/// It holds no clock: `now` is an argument, never negative and never smaller than in the call before.
struct SlidingCounter: BitwiseCopyable {
    static let spans = 14

    struct Use {
        var used: Int
        /// Nanoseconds until the oldest unit leaves; 0 when there is none.
        var reset: Int64
        /// How long until there is room for the cost; 0 when there is.
        var wait: Int64
    }

    /// The number of the newest span that was charged: span n is [n × span, (n + 1) × span).
    private(set) var newest: Int64 = 0
    /// 14 counts of 32 bits; with the line above, one cache line.
    private var counts: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0)

    /// The span of a client's own counter: the shortest of which 13 make up the window.
    @inline(__always)
    static func span(for length: Int64) -> Int64 { (length &+ 12) / 13 }

    /// The span that `now` is in, without a division while that is still the newest.
    @inline(__always)
    func number(of now: Int64, span: Int64) -> Int64 {
        let begun = now &- newest &* span
        return begun >= 0 && begun < span ? newest : now / span
    }
}

// MARK: - Deciding

extension SlidingCounter {
    /// What a window of this length sees, and if that leaves no room for `cost`, when there will be.
    ///
    /// - Parameter span: nanoseconds; always the same for one counter, at least a 13th of `length`.
    @inline(__always)
    func use(_ length: Int64, span: Int64, now: Int64, limit: Int, cost: Int) -> Use {
        var use = Use(used: 0, reset: 0, wait: 0)
        // Newest first: the span at which the sum no longer leaves room is the one that must go.
        forEachAlive(length, span: span, now: now) { count, leaves in
            use.used &+= count
            use.reset = leaves
            if use.used > limit &- cost && use.wait == 0 { use.wait = leaves }
        }
        return use
    }

    /// The spans that still count, newest first: their units, and how long until they leave.
    @inline(__always)
    func forEachAlive(_ length: Int64, span: Int64, now: Int64, _ body: (_ count: Int, _ leaves: Int64) -> Void) {
        var leaves = (newest &+ 1) &* span &- 1 &+ length &- now
        var place = Int(newest % Int64(Self.spans))
        withUnsafeBytes(of: counts) { bytes in
            for _ in 0..<Self.spans {
                if leaves <= 0 { break }
                let count = bytes.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self)
                if count != 0 { body(Int(count), leaves) }
                leaves &-= span
                place = place == 0 ? Self.spans &- 1 : place &- 1
            }
        }
    }
}

// MARK: - Charging

extension SlidingCounter {
    /// Adds units to a span, which must not be older than any that was charged before.
    ///
    /// A count that does not fit stays at its largest.
    @inline(__always)
    mutating func add(_ units: Int, to span: Int64) {
        let passed = min(span &- newest, Int64(Self.spans))
        withUnsafeMutableBytes(of: &counts) { bytes in
            var number = span
            for _ in 0..<max(0, passed) {
                bytes.storeBytes(of: 0, toByteOffset: Int(number % Int64(Self.spans)) &* 4, as: UInt32.self)
                number &-= 1
            }
            let offset = Int(span % Int64(Self.spans)) &* 4
            let (sum, overflow) = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).addingReportingOverflow(
                UInt32(clamping: units))
            bytes.storeBytes(of: overflow ? .max : sum, toByteOffset: offset, as: UInt32.self)
        }
        newest = span
    }

    /// Takes back the newest units, at most all that the window sees.
    ///
    /// - Returns: how many were taken back.
    mutating func removeNewest(_ units: Int, _ length: Int64, span: Int64, now: Int64) -> Int {
        var left = units
        for back in 0..<Int64(Self.spans) {
            let number = newest &- back
            if left <= 0 || number < 0 || (number &+ 1) &* span &- 1 &+ length &- now <= 0 { break }
            let taken = min(self[number], UInt32(clamping: left))
            self[number] -= taken
            left -= Int(taken)
        }
        return units - left
    }

    /// Takes units back from one span, if the counter still has it.
    mutating func remove(_ units: Int, from span: Int64) {
        if has(span) { self[span] -= min(self[span], UInt32(clamping: units)) }
    }

    /// Adds units to a span that is not newer than the newest.
    mutating func addBack(_ units: Int, to span: Int64) {
        guard has(span) else { return }
        let (sum, overflow) = self[span].addingReportingOverflow(UInt32(clamping: units))
        self[span] = overflow ? .max : sum
    }

    /// The units of a span; 0 for one that it no longer has.
    func count(in span: Int64) -> Int { has(span) ? Int(self[span]) : 0 }

    private func has(_ span: Int64) -> Bool { span >= 0 && span <= newest && newest &- span < Int64(Self.spans) }

    /// The count of a span that it ``has(_:)``.
    private subscript(span: Int64) -> UInt32 {
        get { withUnsafeBytes(of: counts) { $0.loadUnaligned(fromByteOffset: Self.offset(span), as: UInt32.self) } }
        set { withUnsafeMutableBytes(of: &counts) { $0.storeBytes(of: newValue, toByteOffset: Self.offset(span), as: UInt32.self) } }
    }

    @inline(__always)
    private static func offset(_ span: Int64) -> Int { Int(span % Int64(spans)) &* 4 }
}
