/// What a value from outside goes through before it may stand in an answer.
///
/// Removed: C0 and C1 controls, DEL, line and paragraph separators, byte-order marks, interlinear
/// annotation, and every character that steers the direction of text (UAX #9: ALM, LRM, RLM, the
/// embeddings, overrides, isolates and their ends, and the deprecated U+206A…206F). They have no
/// use in a value, and any one of them can reorder or forge the sentence around it. Joiners
/// (U+200C, U+200D) stay: Persian and emoji need them.
extension JSONBuffer {
    /// Writes `value`, cleaned, at most `limit` bytes of it, then `…` if it was longer.
    ///
    /// One pass; a value of plain ASCII, which is nearly all of them, is copied in one piece.
    mutating func appendCleaned(_ value: String, limit: Int, escapesJSON: Bool = true) {
        let isDone: Void? = value.utf8.withContiguousStorageIfAvailable { appendCleaned($0, limit: limit, escapesJSON: escapesJSON) }
        if isDone == nil {
            Array(value.utf8).withUnsafeBufferPointer { appendCleaned($0, limit: limit, escapesJSON: escapesJSON) }
        }
    }

    private mutating func appendCleaned(_ value: UnsafeBufferPointer<UInt8>, limit: Int, escapesJSON: Bool) {
        if value.count <= limit, value.allSatisfy(Self.isPlain) { return append(value) }
        var index = 0
        while index < value.count {
            let length = Self.scalarLength(value[index])
            guard index + length <= value.count else { return }
            guard index + length <= limit else { return append("\u{2026}") }
            if !Self.isRemoved(value, at: index, length: length) {
                for position in index..<(index + length) {
                    if escapesJSON { appendEscaped(value[position]) } else { append(value[position]) }
                }
            }
            index += length
        }
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    @inline(__always)
    static func scalarLength(_ lead: UInt8) -> Int {
        switch lead {
        case ..<0xC0: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }

    private static func isRemoved(_ text: UnsafeBufferPointer<UInt8>, at index: Int, length: Int) -> Bool {
        switch length {
        case 1: text[index] < 0x20 || text[index] == 0x7F
        case 2: isRemoved(UInt32(text[index] & 0x1F) << 6 | UInt32(text[index + 1] & 0x3F))
        case 3:
            isRemoved(
                UInt32(text[index] & 0x0F) << 12 | UInt32(text[index + 1] & 0x3F) << 6 | UInt32(text[index + 2] & 0x3F))
        default: false
        }
    }

    private static func isRemoved(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
        default: false
        }
    }
}
