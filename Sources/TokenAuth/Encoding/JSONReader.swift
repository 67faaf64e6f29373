/// Why a document was refused.
enum JSONFault: Error {
    case notUTF8
    case nulCharacter
    case malformed
    case notAnObject
    case duplicateMember
    case tooDeep
    case tooManyMembers
}

/// A value of a JSON document, as far as tokens need to tell values apart.
enum JSONValue {
    case text(JSONText)
    case integer(Int64)
    /// Any other valid value: it was checked and skipped.
    case other
}

/// A strict reader of one JSON object, over bytes, in a single pass.
///
/// RFC 8259, narrowed where leniency has been used to make two readers disagree about a token: no
/// duplicate names (compared after unescaping), no byte-order mark, no bytes after the object, no lone
/// surrogates, no NUL, bounded depth and member count. Numbers are accepted by the grammar; only those
/// that are whole and fit 64 bits come back as integers.
///
/// Cost: O(n) for the objects that services issue. A hostile document pays O(members²) name
/// comparisons, at most 64² / 2, and recursion of at most `maximumDepth`.
struct JSONReader {
    private let bytes: UnsafeRawBufferPointer
    private let maximumDepth: Int
    private var position = 0
    private var membersLeft: Int
    private var isFirstMember = true
    /// Names to compare later ones with.
    ///
    /// Stays empty, and unallocated, while all names are known ones.
    private var names: [JSONText] = []

    init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int = 8, maximumMembers: Int = 64) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        membersLeft = maximumMembers
    }

    /// Reads up to the first member of the top-level object.
    mutating func openObject() throws(JSONFault) {
        skipWhitespace()
        guard position < bytes.count else { throw .malformed }
        guard consume("{") else { throw try kindOfFirstValue() }
    }

    /// The name of the next member of the top-level object, or nil after the last one.
    ///
    /// The caller must read its value next, and refuse duplicates: of names it knows by itself, of
    /// others with ``refuseDuplicate(_:)``.
    @inline(__always)
    mutating func nextMember() throws(JSONFault) -> JSONText? {
        let name = try nextName(isFirst: isFirstMember)
        isFirstMember = false
        return name
    }

    /// Remembers a name of the top-level object that the caller does not know.
    mutating func refuseDuplicate(_ name: JSONText) throws(JSONFault) {
        try remember(name, from: 0)
    }

    /// Refuses anything but white space after the object.
    mutating func finish() throws(JSONFault) {
        skipWhitespace()
        guard position == bytes.count else { throw isNUL ? .nulCharacter : .malformed }
    }

    /// The value of the current member.
    @inline(__always)
    mutating func value() throws(JSONFault) -> JSONValue {
        try value(depth: 1)
    }

    /// Whether the next value is an array.
    @inline(__always)
    mutating func startsArray() -> Bool {
        skipWhitespace()
        return position < bytes.count && bytes[position] == UInt8(ascii: "[")
    }

    /// Reads an array value and hands over its elements; nested containers arrive as `.other`.
    mutating func array(_ element: (JSONValue) -> Void) throws(JSONFault) {
        try elements(depth: 2, element)
    }

    // A value must start at `position` after white space.
    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        skipWhitespace()
        guard position < bytes.count else { throw .malformed }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            position &+= 1
            return .text(try restOfString())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return try number()
        case UInt8(ascii: "{"):
            try object(depth: depth + 1)
        case UInt8(ascii: "["):
            try elements(depth: depth + 1) { _ in }
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: throw faultAtPosition
        }
        return .other
    }

    private mutating func object(depth: Int) throws(JSONFault) {
        guard depth <= maximumDepth else { throw .tooDeep }
        position &+= 1
        let outerNames = names.count
        var isFirst = true
        while let name = try nextName(isFirst: isFirst) {
            isFirst = false
            try remember(name, from: outerNames)
            _ = try value(depth: depth)
        }
        names.removeSubrange(outerNames...)
    }

    private mutating func elements(depth: Int, _ element: (JSONValue) -> Void) throws(JSONFault) {
        guard depth <= maximumDepth else { throw .tooDeep }
        position &+= 1
        skipWhitespace()
        if consume("]") { return }
        repeat {
            // Elements are counted like members: both are what makes a document wide.
            guard membersLeft > 0 else { throw .tooManyMembers }
            membersLeft &-= 1
            element(try value(depth: depth))
            skipWhitespace()
        } while consume(",")
        guard consume("]") else { throw faultAtPosition }
    }

    @inline(__always)
    private mutating func nextName(isFirst: Bool) throws(JSONFault) -> JSONText? {
        skipWhitespace()
        if consume("}") { return nil }
        if !isFirst {
            guard consume(",") else { throw faultAtPosition }
            skipWhitespace()
        }
        guard consume("\"") else { throw faultAtPosition }
        guard membersLeft > 0 else { throw .tooManyMembers }
        membersLeft &-= 1
        let name = try restOfString()
        skipWhitespace()
        guard consume(":") else { throw faultAtPosition }
        return name
    }

    private mutating func remember(_ name: JSONText, from start: Int) throws(JSONFault) {
        for other in names[start...] where other.equals(name) { throw .duplicateMember }
        names.append(name)
    }

    private mutating func literal(_ word: StaticString) throws(JSONFault) {
        let end = position &+ word.utf8CodeUnitCount
        guard end <= bytes.count else { throw .malformed }
        let expected = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard ByteComparison.equal(UnsafeRawBufferPointer(rebasing: bytes[position..<end]), expected) else { throw .malformed }
        position = end
    }

    /// A document that is some other JSON value says so; anything else is malformed.
    private mutating func kindOfFirstValue() throws(JSONFault) -> JSONFault {
        _ = try value(depth: 0)
        try finish()
        return .notAnObject
    }
}

extension JSONReader {
    @inline(__always)
    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position &+= 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func consume(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(truncatingIfNeeded: character.value) else { return false }
        position &+= 1
        return true
    }

    private var isNUL: Bool { position < bytes.count && bytes[position] == 0 }

    /// Names the byte that no token may hold, wherever it stands.
    private var faultAtPosition: JSONFault {
        guard position < bytes.count else { return .malformed }
        switch bytes[position] {
        case 0: return .nulCharacter
        case 0x80...: return UTF8Sequence.length(bytes, at: position) == nil ? .notUTF8 : .malformed
        default: return .malformed
        }
    }

    /// The string whose opening quotation mark has been read.
    @inline(__always)
    private mutating func restOfString() throws(JSONFault) -> JSONText {
        let start = position
        var hasEscapes = false
        while true {
            skipPlainCharacters()
            guard position < bytes.count else { throw .malformed }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = JSONText(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), hasEscapes: hasEscapes)
                position &+= 1
                return text
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape()
            case 0: throw .nulCharacter
            case 0x01..<0x20: throw .malformed
            case 0x80...:
                guard let length = UTF8Sequence.length(bytes, at: position) else { throw .notUTF8 }
                position &+= length
            default: position &+= 1
            }
        }
    }

    /// Moves over eight ASCII characters at a time that need no second look.
    @inline(__always)
    private mutating func skipPlainCharacters() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits: UInt64 = 0x8080_8080_8080_8080
        while position &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // A high bit per byte that is below 0x20, a quotation mark, a backslash, or not ASCII.
            let special =
                (word &- ones &* 0x20) | word | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            // Borrows spoil only bytes after a special one, so the lowest mark is exact.
            position &+= (special & highBits).trailingZeroBitCount &>> 3
            if special & highBits != 0 { return }
        }
    }

    private mutating func escape() throws(JSONFault) {
        position &+= 1
        guard position < bytes.count else { throw .malformed }
        let letter = bytes[position]
        position &+= 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            if unit == 0 { throw .nulCharacter }
            guard unit & 0xf800 == 0xd800 else { return }
            guard unit < 0xdc00, consume("\\"), consume("u"), try hexadecimal() & 0xfc00 == 0xdc00 else { throw .malformed }
        default: throw .malformed
        }
    }

    private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
        guard position &+ 4 <= bytes.count else { throw .malformed }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexadecimalValue(bytes[position]) else { throw .malformed }
            value = value << 4 | UInt32(digit)
            position &+= 1
        }
        return value
    }

    static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private mutating func number() throws(JSONFault) -> JSONValue {
        let isNegative = consume("-")
        let start = position
        var end = start
        var magnitude: Int64 = 0
        while end < bytes.count, case let digit = bytes[end] &- UInt8(ascii: "0"), digit < 10 {
            magnitude = magnitude &* 10 &+ Int64(digit)
            end &+= 1
        }
        position = end
        guard end > start else { throw faultAtPosition }
        // Eighteen digits always fit; more are rare, and read again with care.
        var isExact = end &- start <= 18
        if !isExact, let exact = exactMagnitude(start..<end) { (magnitude, isExact) = (exact, true) }
        if bytes[start] == UInt8(ascii: "0") && position > start &+ 1 { throw .malformed }
        if consume(".") {
            isExact = false
            try digits()
        }
        if consume("e") || consume("E") {
            isExact = false
            if !consume("+") { _ = consume("-") }
            try digits()
        }
        // Minus zero is a number, but no whole number anybody writes on purpose.
        guard isExact, !(isNegative && magnitude == 0) else { return .other }
        return .integer(isNegative ? -magnitude : magnitude)
    }

    /// - Returns: nil when the digits do not fit 64 bits.
    private func exactMagnitude(_ digits: Range<Int>) -> Int64? {
        var magnitude: Int64 = 0
        for digit in bytes[digits] {
            let (product, first) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(Int64(digit &- UInt8(ascii: "0")))
            guard !first, !second else { return nil }
            magnitude = sum
        }
        return magnitude
    }

    private mutating func digits() throws(JSONFault) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        guard position > start else { throw .malformed }
    }
}
