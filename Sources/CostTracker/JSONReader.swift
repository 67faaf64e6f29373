/// Reads one JSON document (RFC 8259) strictly and says exactly where it is malformed.
///
/// Stricter than the grammar: a name stands once in an object, text is valid UTF-8 without lone
/// surrogates, and nesting ends at 64 levels. Nothing is converted: see ``JSONValue``.
struct JSONReader {
    /// How deep arrays and objects may nest.
    ///
    /// Providers' answers stay below twenty; a hostile one must not exhaust the stack.
    static let maximumDepth = 64

    private enum Step {
        case name(String)
        case index(Int)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var path: [Step] = []

    /// - Complexity: O(n).
    static func value(in bytes: some Sequence<UInt8>) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes: Array(bytes))
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        if reader.position < reader.bytes.count { throw reader.malformed("text after the end of the document") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func malformed(_ message: String, at offset: Int? = nil) -> JSONError {
        let text = path.reduce("$") { text, step in
            switch step {
            case .name(let name): "\(text).\(name.prefix(64))"
            case .index(let index): "\(text)[\(index)]"
            }
        }
        return JSONError(path: text, offset: offset ?? position, message: message)
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    // MARK: Values

    private mutating func value() throws(JSONError) -> JSONValue {
        let start = position
        let content: JSONValue.Content =
            switch next {
            case UInt8(ascii: "{"): .object(try object())
            case UInt8(ascii: "["): .array(try array())
            case UInt8(ascii: "\""): .string(try string())
            case UInt8(ascii: "t"): try literal("true", .bool(true))
            case UInt8(ascii: "f"): try literal("false", .bool(false))
            case UInt8(ascii: "n"): try literal("null", .null)
            case let byte? where byte == UInt8(ascii: "-") || (48...57).contains(byte): .number(try number())
            case nil: throw malformed("the document ends where a value should stand")
            default: throw malformed("not a value")
            }
        return JSONValue(content: content, offset: start)
    }

    private mutating func literal(_ text: String, _ content: JSONValue.Content) throws(JSONError) -> JSONValue.Content {
        guard bytes[position...].starts(with: text.utf8) else { throw malformed("not a value") }
        position += text.utf8.count
        return content
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = next
        guard digits() > 0, first != UInt8(ascii: "0") || !isDigit(before: position, after: start) else {
            throw malformed("not a number", at: start)
        }
        if next == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw malformed("not a number", at: start) }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw malformed("not a number", at: start) }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Whether the integer that ends before `end` has more than one digit.
    private func isDigit(before end: Int, after start: Int) -> Bool {
        end - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (48...57).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try enter()
        var values: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while true {
            path.append(.index(values.count))
            skipSpace()
            values.append(try value())
            path.removeLast()
            skipSpace()
            if try endsAfterItem(UInt8(ascii: "]")) { return values }
        }
    }

    private mutating func object() throws(JSONError) -> [JSONValue.Member] {
        try enter()
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            skipSpace()
            let start = position
            guard next == UInt8(ascii: "\"") else { throw malformed("not a name in quotes") }
            let name = try string()
            guard names.insert(name).inserted else { throw malformed("the name \"\(name.prefix(64))\" stands twice", at: start) }
            path.append(.name(name))
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw malformed("no colon after the name") }
            position += 1
            skipSpace()
            members.append(JSONValue.Member(name: name, offset: start, value: try value()))
            path.removeLast()
            skipSpace()
            if try endsAfterItem(UInt8(ascii: "}")) { return members }
        }
    }

    private mutating func enter() throws(JSONError) {
        guard path.count < Self.maximumDepth else { throw malformed("nested deeper than \(Self.maximumDepth) levels") }
        position += 1
    }

    private mutating func endsAfterItem(_ end: UInt8) throws(JSONError) -> Bool {
        guard let byte = next, byte == end || byte == UInt8(ascii: ",") else { throw malformed("neither a comma nor the end") }
        position += 1
        return byte == end
    }

    // MARK: Text

    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else { throw malformed("bytes that are not UTF-8", at: start) }
                return result
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw malformed("a control character in a text", at: position - 1)
            default: text.append(byte)
            }
        }
        throw malformed("a text that never ends", at: start)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = position - 1
        guard let byte = next else { throw malformed("a text that never ends", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar(from: start)).utf8)
        default: throw malformed("an unknown escape", at: start)
        }
    }

    private mutating func scalar(from start: Int) throws(JSONError) -> Character {
        var code = try fourDigits(from: start)
        if (0xd800..<0xdc00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            let low = try fourDigits(from: start)
            guard (0xdc00..<0xe000).contains(low) else { throw malformed("half a surrogate pair", at: start) }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw malformed("half a surrogate pair", at: start) }
        return Character(scalar)
    }

    private mutating func fourDigits(from start: Int) throws(JSONError) -> UInt32 {
        guard bytes.count - position >= 4, bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw malformed("an unknown escape", at: start) }
        position += 4
        return code
    }
}
