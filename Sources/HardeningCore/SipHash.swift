/// SipHash with a 128-bit result: a fast keyed pseudo-random function for short inputs.
///
/// J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF"; the 128-bit output is the
/// authors' extension (`vectors_sip128` of the reference implementation, checked in the tests with
/// two and four rounds). ``Fingerprint`` uses one and three, as Swift's and Rust's hash tables do.
struct SipHash128 {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    @inline(__always)
    private init(key0: UInt64, key1: UInt64) {
        v0 = key0 ^ 0x736f_6d65_7073_6575
        v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key0 ^ 0x6c79_6765_6e65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    static func hash(
        _ bytes: UnsafeRawBufferPointer, key0: UInt64, key1: UInt64, rounds: Int = 1, finalRounds: Int = 3
    ) -> (low: UInt64, high: UInt64) {
        var state = SipHash128(key0: key0, key1: key1)
        let count = bytes.count
        var offset = 0
        while offset &+ 8 <= count {
            state.absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)), rounds)
            offset &+= 8
        }
        var last = UInt64(truncatingIfNeeded: count) << 56
        var shift: UInt64 = 0
        while offset < count {
            last |= UInt64(bytes[offset]) << shift
            shift &+= 8
            offset &+= 1
        }
        state.absorb(last, rounds)
        state.v2 ^= 0xee
        state.permute(finalRounds)
        let low = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
        state.v1 ^= 0xdd
        state.permute(finalRounds)
        return (low, state.v0 ^ state.v1 ^ state.v2 ^ state.v3)
    }

    @inline(__always)
    private mutating func absorb(_ word: UInt64, _ rounds: Int) {
        v3 ^= word
        permute(rounds)
        v0 ^= word
    }

    @inline(__always)
    private mutating func permute(_ rounds: Int) {
        for _ in 0..<rounds {
            v0 = v0 &+ v1
            v2 = v2 &+ v3
            v1 = Self.rotate(v1, 13) ^ v0
            v3 = Self.rotate(v3, 16) ^ v2
            v0 = Self.rotate(v0, 32)
            v2 = v2 &+ v1
            v0 = v0 &+ v3
            v1 = Self.rotate(v1, 17) ^ v2
            v3 = Self.rotate(v3, 21) ^ v0
            v2 = Self.rotate(v2, 32)
        }
    }

    @inline(__always)
    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        word &<< bits | word &>> (64 &- bits)
    }
}
