/// The SHA-256 of a document, by which price tables and ledger entries are named.
public struct ContentHash: Sendable, Hashable, BitwiseCopyable {
    private let word0: UInt64
    private let word1: UInt64
    private let word2: UInt64
    private let word3: UInt64

    /// - Parameter words: eight words; missing ones count as zero.
    init(words: [UInt32]) {
        func pair(_ index: Int) -> UInt64 {
            words.dropFirst(index).prefix(2).reduce(0) { $0 << 32 | UInt64($1) }
        }
        (word0, word1, word2, word3) = (pair(0), pair(2), pair(4), pair(6))
    }

    /// 32 bytes, as ``append(to:)`` writes them; nil when there are fewer or more.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (position, byte) in bytes.enumerated() { words[position / 8] = words[position / 8] << 8 | UInt64(byte) }
        (word0, word1, word2, word3) = (words[0], words[1], words[2], words[3])
    }

    /// The 32 bytes of the hash, most significant first.
    package func append(to bytes: inout [UInt8]) {
        for word in [word0, word1, word2, word3] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
    }

    /// A hash from its ``description``; nil for anything but 64 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for digit in text.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            bytes.append(value)
        }
        let halves = stride(from: 0, to: 64, by: 2).map { bytes[$0] << 4 | bytes[$0 + 1] }
        self.init(bytes: halves)
    }

    /// The hash of `bytes`.
    ///
    /// - Complexity: O(n).
    public init(of bytes: some Sequence<UInt8>) {
        self = SHA256.hash(bytes)
    }
}

extension ContentHash: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String {
        [word0, word1, word2, word3].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
