/// A JSON text read by the letter of RFC 8259.
///
/// What other parsers forgive is refused here: a name given twice, a lone surrogate, an unescaped
/// control character. Order and numbers are kept as written.
indirect enum StrictJSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([StrictJSON])
    case object([Member])

    struct Member: Equatable, Sendable {
        let name: String
        let value: StrictJSON
    }

    init(_ text: [UInt8]) throws(StrictJSONFault) {
        guard String(validating: text, as: UTF8.self) != nil else { throw StrictJSONFault(reason: "not UTF-8", offset: 0) }
        var parser = StrictJSONParser(bytes: text)
        self = try parser.document()
    }

    init(_ text: String) throws(StrictJSONFault) { try self.init(Array(text.utf8)) }

    var members: [Member] { if case .object(let members) = self { members } else { [] } }
    var items: [StrictJSON] { if case .array(let items) = self { items } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }

    subscript(name: String) -> StrictJSON? { members.first { $0.name == name }?.value }

    /// Every string inside, names included.
    var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let items): items.flatMap(\.strings)
        case .object(let members): members.flatMap { [$0.name] + $0.value.strings }
        case .null, .bool, .number: []
        }
    }
}

struct StrictJSONFault: Error, Equatable {
    let reason: String
    let offset: Int
}

private struct StrictJSONParser {
    let bytes: [UInt8]
    var offset = 0

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func document() throws(StrictJSONFault) -> StrictJSON {
        let value = try value(depth: 0)
        skipBlanks()
        if next != nil { throw fault("something behind the document") }
        return value
    }

    private func fault(_ reason: String) -> StrictJSONFault { StrictJSONFault(reason: reason, offset: offset) }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard next == character.asciiValue else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(StrictJSONFault) -> StrictJSON {
        guard depth < 64 else { throw fault("too deep") }
        skipBlanks()
        guard let first = next else { throw fault("no value") }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default:
            for (word, value) in [("true", StrictJSON.bool(true)), ("false", .bool(false)), ("null", .null)]
            where bytes[offset...].starts(with: word.utf8) {
                offset += word.utf8.count
                return value
            }
            throw fault("no value")
        }
    }

    private mutating func object(depth: Int) throws(StrictJSONFault) -> StrictJSON {
        var members: [StrictJSON.Member] = []
        var names: Set<String> = []
        offset += 1
        skipBlanks()
        if take("}") { return .object([]) }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw fault("no name") }
            let name = try string()
            guard names.insert(name).inserted else { throw fault("the name \(name) is given twice") }
            skipBlanks()
            guard take(":") else { throw fault("no colon") }
            members.append(.init(name: name, value: try value(depth: depth + 1)))
            skipBlanks()
        } while take(",")
        guard take("}") else { throw fault("an object is not closed") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(StrictJSONFault) -> StrictJSON {
        var items: [StrictJSON] = []
        offset += 1
        skipBlanks()
        if take("]") { return .array([]) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(",")
        guard take("]") else { throw fault("an array is not closed") }
        return .array(items)
    }

    private mutating func number() throws(StrictJSONFault) -> String {
        let start = offset
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func digits() throws(StrictJSONFault) {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        if offset == start { throw fault("no digit") }
    }

    private mutating func string() throws(StrictJSONFault) -> String {
        var units: [UInt8] = []
        offset += 1
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case ..<0x20: throw fault("a control character in a string")
            case UInt8(ascii: "\\"): units += String(try escape()).utf8
            default: units.append(byte)
            }
        }
        throw fault("a string is not closed")
    }

    private mutating func escape() throws(StrictJSONFault) -> Unicode.Scalar {
        let short: [Character: Unicode.Scalar] = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
        ]
        for (letter, scalar) in short where take(letter) { return scalar }
        guard take("u") else { throw fault("an unknown escape") }
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, take("\\"), take("u") else { throw fault("a lone surrogate") }
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) else {
            throw fault("a lone surrogate")
        }
        return scalar
    }

    private mutating func hexadecimal() throws(StrictJSONFault) -> UInt32 {
        let digits = bytes[offset...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
            throw fault("no hexadecimal digits")
        }
        offset += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
    }
}
