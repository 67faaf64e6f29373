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
