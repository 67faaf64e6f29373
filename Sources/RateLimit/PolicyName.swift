import Synchronization

/// A policy's name as a number, so that policies and decisions are plain words without reference counts.
///
/// Every name that was ever used in the process has one number. The list only grows, and is bounded: names are
/// few and belong to the operator. Whoever makes names out of requests gets an error, not a leak.
struct PolicyName: Sendable, Hashable, BitwiseCopyable {
    static let maximumCount = 16_384

    private struct Registry {
        var names: [String] = []
        var numbers: [String: UInt16] = [:]
    }

    private static let registry = Mutex(Registry())

    let number: UInt16

    init(number: UInt16) { self.number = number }

    init(_ text: String) throws(RateLimitPolicyError) {
        guard (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else {
            throw RateLimitPolicyError(.name, "A policy name is 1 to 64 printable ASCII characters without quotes and backslashes.")
        }
        let number: UInt16? = Self.registry.withLock { registry in
            if let number = registry.numbers[text] { return number }
            guard registry.names.count < Self.maximumCount else { return nil }
            let number = UInt16(registry.names.count)
            registry.names.append(text)
            registry.numbers[text] = number
            return number
        }
        guard let number else {
            throw RateLimitPolicyError(
                .tooManyNames, "A process has at most \(Self.maximumCount) policy names; make policies once, not per request.")
        }
        self.number = number
    }

    /// FNV-1a in 64 bits (Fowler, Noll and Vo): not secret, the same in every process.
    ///
    /// Two of 16,384 names meet once in 10¹¹ services.
    static func stableHash(of text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    var text: String {
        Self.registry.withLock { registry in
            Int(number) < registry.names.count ? registry.names[Int(number)] : ""
        }
    }
}

/// Scatters a word over all its bits: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
func scatter(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
}
