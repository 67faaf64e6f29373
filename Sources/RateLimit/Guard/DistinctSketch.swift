import HardeningCore

/// About how many different things one client did lately, in 136 bytes.
///
/// Linear counting (Whang, Vander-Zanden and Taylor, "A linear-time probabilistic counting algorithm", ACM TODS 15(2),
/// 1990) with 256 bits: a thing sets the bit its hash tells, and n different things leave about
/// 256 × (1 − (255/256)ⁿ) bits set. Doing the same thing again changes nothing.
///
/// Four such maps cover a third of the window each, so a count is over the window and up to a third more.
struct DistinctSketch: BitwiseCopyable, Sendable {
    static let bitCount = 256
    /// More would leave too few bits to tell numbers apart: at 512 the deviation of an estimate is 6.3 %.
    static let maximumThreshold = 512

    private var newest = Int64.min
    private var maps: (SIMD4<UInt64>, SIMD4<UInt64>, SIMD4<UInt64>, SIMD4<UInt64>) = (.zero, .zero, .zero, .zero)

    /// The bits that `count` different things are expected to leave set, rounded.
    ///
    /// So many bits take at least so many different things, which makes it a floor for false alarms.
    static func expectedBits(of count: Int) -> Int {
        var clear = 1.0
        for _ in 0..<min(max(0, count), maximumThreshold) { clear *= Double(bitCount - 1) / Double(bitCount) }
        return Int((Double(bitCount) * (1 - clear)).rounded())
    }

    /// Nanoseconds of one map.
    static func span(of window: Int64) -> Int64 { max(1, window / 3 + (window % 3 == 0 ? 0 : 1)) }

    /// Notes a thing.
    ///
    /// - Returns: the bits set by everything in the window.
    mutating func note(_ hash: UInt64, span number: Int64) -> Int {
        advance(to: number)
        let bit = Int(hash & UInt64(Self.bitCount - 1))
        maps.0[bit >> 6] |= 1 << UInt64(bit & 63)
        let all = maps.0 | maps.1 | maps.2 | maps.3
        return all[0].nonzeroBitCount + all[1].nonzeroBitCount + all[2].nonzeroBitCount + all[3].nonzeroBitCount
    }

    /// A clock that steps back adds to the newest map.
    private mutating func advance(to number: Int64) {
        guard number > newest else { return }
        switch number.subtractingSaturating(newest) {
        case 1: maps = (.zero, maps.0, maps.1, maps.2)
        case 2: maps = (.zero, .zero, maps.0, maps.1)
        case 3: maps = (.zero, .zero, .zero, maps.0)
        default: maps = (.zero, .zero, .zero, .zero)
        }
        newest = number
    }
}
