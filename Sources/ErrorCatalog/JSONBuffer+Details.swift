/// Machine values: `details` and the text fields that carry no human sentence.
extension JSONBuffer {
    /// Longest string inside `details`, in UTF-8 bytes; a longer one ends in `…`.
    static let maximumDetailBytes = 1024
    /// Deepest nesting of arrays and objects; what is deeper becomes null.
    static let maximumDepth = 8
    /// Most values of one answer's `details`, nested ones included; what comes later is left out.
    static let maximumValues = 512

    /// Writes one JSON value.
    ///
    /// Strings and names are cleaned as in sentences, but never isolated.
    mutating func write(_ value: DetailValue, depth: Int = 0) {
        remainingValues -= 1
        switch value {
        case .string(let text): writeString(text)
        case .int(let number): append(number: number)
        case .decimal(let number): appendCleaned(number.description, limit: 40)
        case .bool(let flag): append(flag ? "true" : "false")
        case .array(let items):
            guard depth < Self.maximumDepth else { return append("null") }
            append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                guard remainingValues > 0 else { break }
                if index > 0 { append(UInt8(ascii: ",")) }
                write(item, depth: depth + 1)
            }
            append(UInt8(ascii: "]"))
        case .object(let fields):
            guard depth < Self.maximumDepth else { return append("null") }
            append(UInt8(ascii: "{"))
            for (index, field) in fields.enumerated() {
                guard remainingValues > 0 else { break }
                if index > 0 { append(UInt8(ascii: ",")) }
                writeString(field.name)
                append(UInt8(ascii: ":"))
                write(field.value, depth: depth + 1)
            }
            append(UInt8(ascii: "}"))
        }
    }

    mutating func writeString(_ text: String, limit: Int = JSONBuffer.maximumDetailBytes) {
        append(UInt8(ascii: "\""))
        appendCleaned(text, limit: limit)
        append(UInt8(ascii: "\""))
    }
}
