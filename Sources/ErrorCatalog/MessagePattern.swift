/// One sentence with `{name}` holes, parsed once and escaped for JSON once.
///
/// `{{` and `}}` stand for literal braces. A name is 1…64 of `A-Z a-z 0-9 _`. Anything else between
/// braces is kept as text and remembered in ``isMalformed``: a typing mistake in a message must not
/// stop a service, and ``CatalogLint`` finds it.
///
/// A class, so that handing one about while rendering costs one reference count.
final class MessagePattern: Sendable {
    /// Text between two holes: where it ends in each of the two forms, and the hole behind it.
    struct Hole: Sendable {
        let textEnd: Int
        let escapedEnd: Int
        let placeholder: Placeholder
    }

    let source: String
    /// All literal text, holes taken out.
    let text: [UInt8]
    /// The same as the inside of a JSON string.
    let escapedText: [UInt8]
    let holes: [Hole]
    let isMalformed: Bool

    init(_ source: String) {
        var text: [UInt8] = []
        var escapedText: [UInt8] = []
        var holes: [Hole] = []
        var isMalformed = false

        let bytes = Array(source.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next: UInt8? = index + 1 < bytes.count ? bytes[index + 1] : nil
            let isBrace = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
            if byte == UInt8(ascii: "{"), next != byte, let name = Self.name(in: bytes[(index + 1)...]) {
                holes.append(Hole(textEnd: text.count, escapedEnd: escapedText.count, placeholder: Placeholder(name)))
                index += name.utf8.count + 2
                continue
            }
            if isBrace, next != byte { isMalformed = true }
            text.append(byte)
            escapedText += JSONBuffer.escape([byte])
            index += isBrace && next == byte ? 2 : 1
        }
        self.source = source
        self.text = text
        self.escapedText = escapedText
        self.holes = holes
        self.isMalformed = isMalformed
    }

    var placeholders: [Placeholder] { holes.map(\.placeholder) }

    /// The name at the start of `rest`, if it is well formed and closed.
    private static func name(in rest: ArraySlice<UInt8>) -> String? {
        let name = rest.prefix { $0.isNameByte }
        guard (1...64).contains(name.count), name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: "}") else { return nil }
        return String(decoding: name, as: UTF8.self)
    }
}

extension MessagePattern: Hashable {
    static func == (left: MessagePattern, right: MessagePattern) -> Bool {
        left === right || left.source == right.source
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(source)
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
