/// One element of `Accept-Language`: where its tag stands in the header, and its weight.
struct LanguageRange {
    /// Byte positions of the tag.
    let tag: Range<Int>
    /// 0…1000.
    let quality: Int
    let isWildcard: Bool

    /// The well-formed ranges by descending quality, equal ones in their order; nil if there are too many.
    static func parse(_ header: UnsafeBufferPointer<UInt8>) -> [LanguageRange]? {
        var ranges: [LanguageRange] = []
        var count = 0
        var start = 0
        while start <= header.count {
            let end = header[start...].firstIndex(of: UInt8(ascii: ",")) ?? header.count
            let element = trimmed(header, start..<end)
            if !element.isEmpty {
                count += 1
                guard count <= LanguageNegotiator.maximumRanges else { return nil }
                if let range = LanguageRange(header, element) {
                    // Insertion keeps equal weights in order; at most 32 elements.
                    let position = ranges.firstIndex { $0.quality < range.quality } ?? ranges.endIndex
                    ranges.insert(range, at: position)
                }
            }
            start = end + 1
        }
        return ranges
    }

    /// `language-range [ OWS ";" OWS "q=" qvalue ]`, or nil.
    private init?(_ header: UnsafeBufferPointer<UInt8>, _ element: Range<Int>) {
        let semicolon = header[element].firstIndex(of: UInt8(ascii: ";"))
        let tag = Self.trimmed(header, element.lowerBound..<(semicolon ?? element.upperBound))
        isWildcard = tag.count == 1 && header[tag.lowerBound] == UInt8(ascii: "*")
        guard isWildcard || Self.isTag(header[tag]) else { return nil }
        self.tag = tag
        guard let semicolon else {
            quality = 1000
            return
        }
        guard let quality = Self.quality(header[Self.trimmed(header, (semicolon + 1)..<element.upperBound)]) else { return nil }
        self.quality = quality
    }

    /// RFC 4647, section 2.1: `1*8ALPHA *("-" 1*8alphanum)`.
    private static func isTag(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var length = 0
        var isFirst = true
        for byte in text {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): length += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9") where !isFirst: length += 1
            case UInt8(ascii: "-") where length > 0:
                length = 0
                isFirst = false
            default: return false
            }
            if length > 8 { return false }
        }
        return length > 0
    }

    /// RFC 9110, section 12.4.2, in thousandths: `0(.0…3 digits)` or `1(.0…3 zeros)`.
    private static func quality(_ weight: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var rest = weight
        guard let q = rest.popFirst(), q | 0x20 == UInt8(ascii: "q"), rest.popFirst() == UInt8(ascii: "="),
            let whole = rest.popFirst(), whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1")
        else { return nil }
        var quality = whole == UInt8(ascii: "1") ? 1000 : 0
        guard let point = rest.popFirst() else { return quality }
        guard point == UInt8(ascii: "."), rest.count <= 3 else { return nil }
        var unit = 100
        for digit in rest {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            quality += Int(digit - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return quality <= 1000 ? quality : nil
    }

    private static func trimmed(_ header: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(header[start]) { start += 1 }
        while end > start, isBlank(header[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}

extension UInt8 {
    /// ASCII letters in lower case, everything else as it is.
    var lowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
