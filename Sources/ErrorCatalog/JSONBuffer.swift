/// The one growing buffer into which an answer is written from left to right.
///
/// Constants arrive already escaped and are copied; values are escaped as they are written
/// (RFC 8259, section 7). It owns raw memory instead of an array, because an array checks for shared
/// storage at each of the forty appends of an answer.
struct JSONBuffer: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0
    /// How many more values `details` may hold; see ``write(_:depth:)``.
    var remainingValues = JSONBuffer.maximumValues

    init(capacity: Int) {
        storage = .allocate(capacity: Swift.max(64, capacity))
    }

    deinit {
        storage.deallocate()
    }

    /// A copy of what has been written.
    var bytes: [UInt8] {
        [UInt8](UnsafeBufferPointer(rebasing: storage[..<count]))
    }

    var text: String {
        String(decoding: UnsafeBufferPointer(rebasing: storage[..<count]), as: UTF8.self)
    }

    /// Makes room for `more` bytes and returns where they go.
    ///
    /// Every write passes through here; the caller fills all of it.
    @inline(__always)
    mutating func reserve(_ more: Int) -> UnsafeMutableBufferPointer<UInt8> {
        if storage.count - count < more { grow(by: more) }
        defer { count += more }
        return UnsafeMutableBufferPointer(rebasing: storage[count..<(count + more)])
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Swift.max(storage.count * 2, count + more))
        _ = larger.update(fromContentsOf: storage[..<count])
        storage.deallocate()
        storage = larger
    }

    @inline(__always)
    mutating func append(_ constant: StaticString) {
        append(UnsafeBufferPointer(start: constant.utf8Start, count: constant.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ escaped: [UInt8]) {
        escaped.withUnsafeBufferPointer { append($0) }
    }

    /// Writes the part of `escaped` at `range`, which must lie inside it.
    @inline(__always)
    mutating func append(_ escaped: [UInt8], _ range: Range<Int>) {
        escaped.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    @inline(__always)
    mutating func append(_ raw: UnsafeBufferPointer<UInt8>) {
        guard let base = raw.baseAddress, !raw.isEmpty else { return }
        UnsafeMutableRawBufferPointer(reserve(raw.count)).copyMemory(from: UnsafeRawBufferPointer(start: base, count: raw.count))
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)[0] = byte
    }

    /// Named, because an integer literal would choose it over a byte.
    mutating func append(number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var length = 1
        var rest = number.magnitude / 10
        while rest > 0 {
            length += 1
            rest /= 10
        }
        let digits = reserve(length)
        rest = number.magnitude
        for position in (0..<length).reversed() {
            digits[position] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// Writes once more what stands at `range`, which must have been written.
    mutating func repeatBytes(at range: Range<Int>) {
        let target = reserve(range.count)
        _ = target.update(fromContentsOf: storage[range])
    }

    /// Writes one byte of a JSON string, escaped.
    @inline(__always)
    mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            append(UInt8(ascii: "\\"))
            append(byte)
        case 0x20...: append(byte)
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            append(Self.hexadecimal(byte >> 4))
            append(Self.hexadecimal(byte & 15))
        }
    }

    /// `text` as the inside of a JSON string; for constants, once.
    static func escape(_ text: [UInt8]) -> [UInt8] {
        var buffer = JSONBuffer(capacity: text.count + 8)
        for byte in text { buffer.appendEscaped(byte) }
        return buffer.bytes
    }

    static func escape(_ text: String) -> [UInt8] {
        escape(Array(text.utf8))
    }

    /// One upper-case hexadecimal digit.
    static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
    }
}
