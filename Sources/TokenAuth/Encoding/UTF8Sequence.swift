/// Well-formed UTF-8 sequences of two to four bytes: The Unicode Standard, table 3-7.
enum UTF8Sequence {
    /// The length of the sequence at `start`, or nil when it is overlong, truncated, a surrogate, or
    /// beyond U+10FFFF.
    static func length(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Int? {
        func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xbf) -> Bool {
            start + offset < bytes.count && range.contains(bytes[start + offset])
        }
        switch bytes[start] {
        case 0xc2...0xdf:
            return continues(1) ? 2 : nil
        case 0xe0...0xef:
            let second: ClosedRange<UInt8> =
                switch bytes[start] {
                case 0xe0: 0xa0...0xbf
                case 0xed: 0x80...0x9f
                default: 0x80...0xbf
                }
            return continues(1, second) && continues(2) ? 3 : nil
        case 0xf0...0xf4:
            let second: ClosedRange<UInt8> =
                switch bytes[start] {
                case 0xf0: 0x90...0xbf
                case 0xf4: 0x80...0x8f
                default: 0x80...0xbf
                }
            return continues(1, second) && continues(2) && continues(3) ? 4 : nil
        default:
            return nil
        }
    }
}
