extension JSONBuffer {
    /// Writes `text` as the last part of a URN: what RFC 3986 calls unreserved stays, the rest is percent-encoded.
    mutating func appendURNComponent(_ text: String, limit: Int) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { appendURNComponent($0, limit: limit) }
        if isDone == nil { Array(text.utf8).withUnsafeBufferPointer { appendURNComponent($0, limit: limit) } }
    }

    private mutating func appendURNComponent(_ text: UnsafeBufferPointer<UInt8>, limit: Int) {
        if text.count <= limit, text.allSatisfy(Self.isUnreserved) { return append(text) }
        for byte in text.prefix(limit) {
            if Self.isUnreserved(byte) {
                append(byte)
            } else {
                append(UInt8(ascii: "%"))
                append(Self.hexadecimal(byte >> 4))
                append(Self.hexadecimal(byte & 15))
            }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
