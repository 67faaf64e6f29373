import HardeningCore

/// The windows of one policy in the form the decision reads: plain words, shortest first, no references.
struct WindowRule: Sendable, Hashable, BitwiseCopyable {
    static let maximumCount = 4
    static let maximumLength: Int64 = 366 * 86_400 * 1_000_000_000

    let count: Int
    let algorithm: RateLimitWindow.Algorithm
    /// Whether an answer is one or two exact windows, the common case.
    let isPlain: Bool
    /// Nanoseconds.
    ///
    /// A GCRA is one window here, of burst units in the time in which they are back. The lanes that its
    /// policy has no windows for hold its rate: see ``gcra``.
    let lengths: SIMD4<Int64>
    let limits: SIMD4<Int64>
    let longest: Int64
    /// Changes when state that was written under this rule could not be read under another: with the algorithm, the
    /// number of windows, their lengths, and the rate of a GCRA.
    let signature: UInt32
    let format: LogFormat

    init(_ windows: [RateLimitWindow]) throws(RateLimitPolicyError) {
        try Self.checkTogether(windows)
        var lengths = SIMD4<Int64>()
        var limits = SIMD4<Int64>()
        let sorted = windows.sorted { $0.length < $1.length }
        for (index, window) in sorted.enumerated() {
            try Self.check(window)
            let length = window.length.saturatingNanoseconds
            if index > 0 && lengths[index - 1] == length {
                throw RateLimitPolicyError(.duplicateWindow, "Two windows have the same length; keep the stricter one.")
            }
            lengths[index] = length
            limits[index] = Int64(window.limit)
        }
        count = sorted.count
        algorithm = sorted[0].algorithm
        if algorithm == .gcra, let rate = GCRA(limit: sorted[0].limit, per: lengths[0], burst: sorted[0].burst) {
            lengths = SIMD4(rate.refill, lengths[0], rate.period, 0)
            limits = SIMD4(rate.burst, limits[0], Int64(sorted[0].burst), rate.divisor)
            signature = Self.signature(algorithm, count: 1, words: [rate.period, rate.divisor])
        } else {
            signature = Self.signature(algorithm, count: count, words: (0..<count).map { lengths[$0] })
        }
        longest = lengths[count - 1]
        format = LogFormat(longest: longest)
        isPlain = count <= 2 && algorithm == .slidingWindow
        if algorithm == .slidingWindow && limits[count - 1] > Int64(format.unitMask) {
            throw RateLimitPolicyError(
                .limitTooLarge,
                "An exact log of \(sorted[count - 1].length) counts at most \(format.unitMask) units; a counter takes more.")
        }
        self.lengths = lengths
        self.limits = limits
    }

    func window(_ index: Int) -> RateLimitWindow {
        if algorithm == .gcra { return .gcra(Int(limits[1]), per: .nanoseconds(lengths[1]), burst: Int(limits[2])) }
        return RateLimitWindow(limit: Int(limits[index]), length: .nanoseconds(lengths[index]), algorithm: algorithm)
    }

    /// The rate of a policy whose ``algorithm`` is GCRA.
    @inline(__always)
    var gcra: GCRA { GCRA(period: lengths[2], divisor: limits[3], burst: limits[0]) }
}

// MARK: - Signatures

extension WindowRule {
    /// The four highest bits are the algorithm and the number of windows, so that no coincidence lets one be read as another.
    private static func signature(_ algorithm: RateLimitWindow.Algorithm, count: Int, words: [Int64]) -> UInt32 {
        var signature: UInt32 = 0x811c_9dc5
        for word in words {
            for shift in [0, 32] { signature = (signature ^ UInt32(truncatingIfNeeded: word >> Int64(shift))) &* 0x0100_0193 }
        }
        return signature & 0x0fff_ffff | UInt32(algorithm.number) << 30 | UInt32(truncatingIfNeeded: count - 1) << 28
    }

    @inline(__always)
    static func algorithm(ofSignature signature: UInt32) -> RateLimitWindow.Algorithm {
        RateLimitWindow.Algorithm(number: UInt8(truncatingIfNeeded: signature >> 30))
    }
}

// MARK: - Checking

extension WindowRule {
    private static func checkTogether(_ windows: [RateLimitWindow]) throws(RateLimitPolicyError) {
        guard let first = windows.first else { throw RateLimitPolicyError(.noWindows, "A policy needs at least one window.") }
        guard windows.allSatisfy({ $0.algorithm == first.algorithm }) else {
            throw RateLimitPolicyError(
                .mixedAlgorithms, "The windows of one policy use one algorithm; ask two policies in one decision to combine them.")
        }
        let most = maximumCount(first.algorithm)
        guard windows.count <= most else {
            throw RateLimitPolicyError(
                .tooManyWindows, "A policy holds at most \(most) windows of this kind; use a second policy for more.")
        }
    }

    static func maximumCount(_ algorithm: RateLimitWindow.Algorithm) -> Int { algorithm == .gcra ? 1 : maximumCount }

    private static func check(_ window: RateLimitWindow) throws(RateLimitPolicyError) {
        let length = window.length.saturatingNanoseconds
        if window.limit < 0 || window.burst < 0 { throw RateLimitPolicyError(.negativeLimit, "A limit and a burst are 0 or more.") }
        if length < 1 { throw RateLimitPolicyError(.windowTooShort, "A window is at least one nanosecond long.") }
        if length > maximumLength { throw RateLimitPolicyError(.windowTooLong, "A window is at most 366 days long.") }
        if isLimitTooLarge(window) {
            let most = window.algorithm == .slidingWindow ? RateLimitPolicy.maximumLimit : Int(UInt32.max)
            throw RateLimitPolicyError(
                .limitTooLarge,
                "A limit is at most \(most)" + (window.algorithm == .gcra ? ", and a used burst is back within 366 days." : "."))
        }
    }

    /// Whether the limit is too large whatever the other windows are.
    static func isLimitTooLarge(_ window: RateLimitWindow) -> Bool {
        switch window.algorithm {
        case .slidingWindow: window.limit > RateLimitPolicy.maximumLimit
        case .gcra: GCRA(limit: window.limit, per: max(1, window.length.saturatingNanoseconds), burst: window.burst) == nil
        default: window.limit > Int(UInt32.max)
        }
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
