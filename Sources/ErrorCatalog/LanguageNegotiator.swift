/// Chooses the language of an answer from an `Accept-Language` header.
///
/// RFC 4647, section 3.4 (lookup), over the weights of RFC 9110, section 12.4.2: ranges are tried by
/// descending q, equal ones in the order given, each shortened from the right until it names an
/// available language. Malformed ranges are dropped; ranges with q=0 exclude a language. `*` stands for
/// the default, or, where that is excluded, for the first available language that is not. Nothing
/// matching, no header, more than 1024 bytes or more than 32 ranges mean the default.
///
/// Never fails, whatever the header holds. Cost: linear in the header, which is bounded; a few small allocations.
public struct LanguageNegotiator: Sendable {
    /// The longest header that is read, in bytes.
    public static let maximumHeaderBytes = 1024
    /// The most ranges that are read.
    public static let maximumRanges = 32

    /// What can be chosen, the default first.
    public let available: [Language]
    /// What answers when nothing else does.
    public let defaultLanguage: Language
    /// Lower-case tags, in the order of ``available``.
    private let tags: [[UInt8]]

    /// - Parameters:
    ///   - available: further languages; the default is available by itself.
    ///   - defaultLanguage: answers when nothing else does.
    public init(available: [Language] = [.english, .arabic], default defaultLanguage: Language = .english) {
        self.available = [defaultLanguage] + available.filter { $0 != defaultLanguage }
        self.defaultLanguage = defaultLanguage
        tags = self.available.map { $0.tag.utf8.map(\.lowercased) }
    }

    /// The language to answer in.
    ///
    /// - Parameter header: the value of `Accept-Language`, several lines joined with commas; nil when absent.
    public func language(for header: String?) -> Language {
        guard let header, !header.isEmpty, header.utf8.count <= Self.maximumHeaderBytes else { return defaultLanguage }
        return header.utf8.withContiguousStorageIfAvailable { choose($0) } ?? Array(header.utf8).withUnsafeBufferPointer(choose)
    }

    private func choose(_ header: UnsafeBufferPointer<UInt8>) -> Language {
        guard let ranges = LanguageRange.parse(header) else { return defaultLanguage }
        func isExcluded(_ index: Int) -> Bool {
            ranges.contains { $0.quality == 0 && !$0.isWildcard && Self.equal(header[$0.tag], tags[index]) }
        }
        var hasWildcard = false
        for range in ranges where range.quality > 0 {
            // RFC 4647: a wildcard that other ranges follow is skipped; at the end it means the default.
            if range.isWildcard {
                hasWildcard = true
            } else if let index = lookUp(header, range.tag), !isExcluded(index) {
                return available[index]
            }
        }
        if hasWildcard, isExcluded(0) {
            for index in available.indices where !isExcluded(index) { return available[index] }
        }
        return defaultLanguage
    }

    /// Shortens a range subtag by subtag, single-letter subtags with the one after them, until it is available.
    private func lookUp(_ header: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        var end = range.upperBound
        while end > range.lowerBound {
            for (index, tag) in tags.enumerated() where Self.equal(header[range.lowerBound..<end], tag) { return index }
            end -= 1
            while end > range.lowerBound, header[end] != UInt8(ascii: "-") { end -= 1 }
            if end - 2 > range.lowerBound, header[end - 2] == UInt8(ascii: "-") { end -= 2 }
        }
        return nil
    }

    private static func equal(_ range: Slice<UnsafeBufferPointer<UInt8>>, _ tag: [UInt8]) -> Bool {
        range.count == tag.count && zip(range, tag).allSatisfy { $0.lowercased == $1 }
    }
}
