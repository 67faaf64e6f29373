/// Reads RFC 4180 comma-separated records strictly and says exactly where they are malformed.
///
/// Lines end in CRLF or LF. A quote may only open a field or, doubled, stand inside a quoted one.
/// Every record has as many fields as the first. Nothing is trimmed or guessed.
struct CSVReader {
    /// Fields of every record; the first record is the header and counts as row 1.
    ///
    /// - Throws: ``PriceTableError`` with row and column (both from 1).
    /// - Complexity: O(n).
    static func records(in bytes: some Sequence<UInt8>) throws(PriceTableError) -> [[String]] {
        var reader = CSVReader()
        for byte in bytes { try reader.take(byte) }
        return try reader.finish()
    }

    private enum Position {
        case fieldStart
        case inField
        case inQuotes
        /// After a quote inside quotes: the end of the field, or the first half of a doubled quote.
        case afterQuote
        /// After CR outside quotes: only LF may follow.
        case afterReturn
    }

    private var records: [[String]] = []
    private var fields: [String] = []
    private var field: [UInt8] = []
    private var position = Position.fieldStart

    private mutating func take(_ byte: UInt8) throws(PriceTableError) {
        switch (position, byte) {
        case (.inQuotes, UInt8(ascii: "\"")):
            position = .afterQuote
        case (.inQuotes, _):
            field.append(byte)
        case (.afterQuote, UInt8(ascii: "\"")):
            field.append(byte)
            position = .inQuotes
        case (.fieldStart, UInt8(ascii: "\"")):
            position = .inQuotes
        case (.afterReturn, UInt8(ascii: "\n")):
            try endRecord()
        case (.afterReturn, _):
            throw malformed("a carriage return without a line feed")
        case (_, UInt8(ascii: ",")):
            try endField()
        case (_, UInt8(ascii: "\n")):
            try endField()
            try endRecord()
        case (_, UInt8(ascii: "\r")):
            try endField()
            position = .afterReturn
        case (.afterQuote, _):
            throw malformed("text after the closing quote")
        case (_, UInt8(ascii: "\"")):
            throw malformed("a quote inside a field that does not begin with one")
        default:
            field.append(byte)
            position = .inField
        }
    }

    private mutating func finish() throws(PriceTableError) -> [[String]] {
        if position == .inQuotes { throw malformed("a quoted field that never ends") }
        if position == .afterReturn { throw malformed("a carriage return without a line feed") }
        if position != .fieldStart || !fields.isEmpty {
            try endField()
            try endRecord()
        }
        return records
    }

    private mutating func endField() throws(PriceTableError) {
        guard let text = String(validating: field, as: UTF8.self) else { throw malformed("bytes that are not UTF-8") }
        fields.append(text)
        field.removeAll(keepingCapacity: true)
        position = .fieldStart
    }

    private mutating func endRecord() throws(PriceTableError) {
        position = .fieldStart
        if let expected = records.first?.count, fields.count != expected {
            throw PriceTableError(
                code: .fieldCount, row: records.count + 1, column: nil, value: String(fields.count),
                message: "the header has \(expected) fields")
        }
        records.append(fields)
        fields.removeAll(keepingCapacity: true)
    }

    private func malformed(_ what: String) -> PriceTableError {
        let name = records.first?.dropFirst(fields.count).first ?? "#\(fields.count + 1)"
        return PriceTableError(code: .malformedCSV, row: records.count + 1, column: name, value: nil, message: what)
    }
}
