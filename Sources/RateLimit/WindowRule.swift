import HardeningCore

/// The windows of one policy in the form the decision reads: plain words, shortest first, no references.
struct WindowRule: Sendable, Hashable, BitwiseCopyable {
    static let maximumCount = 4
    static let maximumLength: Int64 = 366 * 86_400 * 1_000_000_000

    let count: Int
    /// Nanoseconds.
    let lengths: SIMD4<Int64>
    let limits: SIMD4<Int64>
    let longest: Int64
    /// Changes when a length does, so that a log written under other lengths is noticed.
    let signature: UInt32
    let format: LogFormat

    init(_ windows: [RateLimitWindow]) throws(RateLimitPolicyError) {
        guard !windows.isEmpty else { throw RateLimitPolicyError(.noWindows, "A policy needs at least one window.") }
        guard windows.count <= Self.maximumCount else {
            throw RateLimitPolicyError(
                .tooManyWindows, "A policy holds at most \(Self.maximumCount) windows; use a second policy for more.")
        }
        var lengths = SIMD4<Int64>()
        var limits = SIMD4<Int64>()
        var signature: UInt32 = 0x811c_9dc5
        let sorted = windows.sorted { $0.length < $1.length }
        for (index, window) in sorted.enumerated() {
            try Self.check(window)
            let length = window.length.saturatingNanoseconds
            if index > 0 && lengths[index - 1] == length {
                throw RateLimitPolicyError(.duplicateWindow, "Two windows have the same length; keep the stricter one.")
            }
            lengths[index] = length
            limits[index] = Int64(window.limit)
            for shift in [0, 32] { signature = (signature ^ UInt32(truncatingIfNeeded: length >> Int64(shift))) &* 0x0100_0193 }
        }
        let format = LogFormat(longest: lengths[sorted.count - 1])
        guard limits[sorted.count - 1] <= Int64(format.unitMask) else {
            throw RateLimitPolicyError(
                .limitTooLarge, "An exact log of \(sorted[sorted.count - 1].length) counts at most \(format.unitMask) units."
            )
        }
        self.count = sorted.count
        self.lengths = lengths
        self.limits = limits
        longest = lengths[sorted.count - 1]
        self.signature = signature
        self.format = format
    }

    private static func check(_ window: RateLimitWindow) throws(RateLimitPolicyError) {
        let length = window.length.saturatingNanoseconds
        if window.limit < 0 { throw RateLimitPolicyError(.negativeLimit, "A limit is 0 or more.") }
        if window.limit > RateLimitPolicy.maximumLimit {
            throw RateLimitPolicyError(.limitTooLarge, "A limit is at most \(RateLimitPolicy.maximumLimit).")
        }
        if length < 1 { throw RateLimitPolicyError(.windowTooShort, "A window is at least one nanosecond long.") }
        if length > maximumLength { throw RateLimitPolicyError(.windowTooLong, "A window is at most 366 days long.") }
    }

    func window(_ index: Int) -> RateLimitWindow {
        RateLimitWindow(limit: Int(limits[index]), length: .nanoseconds(lengths[index]))
    }
}

/// How a 64-bit log entry is divided: the moment modulo 2^t in the high bits, a running count of units below.
///
/// 2^t is more than twice the longest window, and no entry of interest is that old, so the moment is exact to
/// the nanosecond although it is stored without its high bits.
struct LogFormat: Sendable, Hashable, BitwiseCopyable {
    let unitBits: UInt8
    let unitMask: UInt32

    init(longest: Int64) {
        self.init(unitBits: UInt8((UInt64(longest) * 2).leadingZeroBitCount))
    }

    init(unitBits: UInt8) {
        self.unitBits = unitBits
        unitMask = unitBits >= 32 ? .max : (1 << UInt32(unitBits)) - 1
    }

    @inline(__always)
    func age(_ entry: UInt64, _ now: Int64) -> Int64 {
        // Shifting both into the high bits and back subtracts modulo 2^t.
        let shift = UInt64(unitBits)
        return Int64(bitPattern: ((UInt64(bitPattern: now) &- entry &>> shift) &<< shift) &>> shift)
    }

    @inline(__always)
    func entry(_ now: Int64, unitsBefore: UInt32) -> UInt64 {
        UInt64(bitPattern: now) &<< UInt64(unitBits) | UInt64(unitsBefore & unitMask)
    }
}
