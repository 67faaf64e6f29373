/// Why a price table was refused, and where: the row (the header is row 1) and the column, or in JSON the
/// path and the byte.
public struct PriceTableError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name for tests and metrics.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Quotes, line ends or bytes that RFC 4180 does not allow.
        public static let malformedCSV = Code(rawValue: "PRICES_MALFORMED_CSV")
        /// Text that RFC 8259 does not allow, a name that stands twice in an object, or a value of the wrong kind.
        public static let malformedJSON = Code(rawValue: "PRICES_MALFORMED_JSON")
        /// A record with more or fewer fields than the header.
        public static let fieldCount = Code(rawValue: "PRICES_FIELD_COUNT")
        /// A column that is missing, repeated or unknown.
        public static let column = Code(rawValue: "PRICES_COLUMN")
        /// A provider or model name that is empty, too long, or not printable ASCII.
        public static let name = Code(rawValue: "PRICES_NAME")
        /// A rate that is malformed, negative, or not a whole number of pico-dollars per token.
        public static let rate = Code(rawValue: "PRICES_RATE")
        /// A date that is not a calendar date of the form YYYY-MM-DD, or a range that ends before it begins.
        public static let date = Code(rawValue: "PRICES_DATE")
        /// A token count that is not a non-negative integer.
        public static let tokens = Code(rawValue: "PRICES_TOKENS")
        /// A long-context threshold without rates, or rates without a threshold.
        public static let longContext = Code(rawValue: "PRICES_LONG_CONTEXT")
        /// A regional multiplier that is malformed or makes a rate fractional.
        public static let region = Code(rawValue: "PRICES_REGION")
        /// Two rows of one model that are in effect on the same day.
        public static let overlap = Code(rawValue: "PRICES_OVERLAP")
        /// More than 4 MiB or 10,000 rows, or no row at all.
        public static let size = Code(rawValue: "PRICES_SIZE")
    }

    public let code: Code
    /// The record, counted from 1, the header included; nil when the table as a whole is at fault, and in JSON.
    public let row: Int?
    /// The column's name from the header, or `#n` where the header does not name it.
    public let column: String?
    /// What stood there.
    public let value: String?
    /// The place in a JSON document, such as `$.prices[3].input`; nil for CSV.
    public let path: String?
    /// Where the value begins in a JSON document, in bytes from 0; nil for CSV.
    public let byteOffset: Int?
    public let message: String

    public init(
        code: Code, row: Int?, column: String?, value: String?, path: String? = nil, byteOffset: Int? = nil, message: String
    ) {
        self.code = code
        self.row = row
        self.column = column
        self.value = value
        self.path = path
        self.byteOffset = byteOffset
        self.message = message
    }

    public var description: String {
        var text = code.rawValue
        if let row { text += ", row \(row)" }
        if let path { text += ", \(path)" } else if let column { text += ", column \(column)" }
        if let byteOffset { text += ", byte \(byteOffset)" }
        if let value { text += ", \"\(value.prefix(64))\"" }
        return text + ": " + message
    }
}
