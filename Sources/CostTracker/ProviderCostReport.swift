import HardeningCore

/// What a provider says it has billed, by day and model.
///
/// Anthropic's and OpenAI's cost exports have more columns; keep these three and add the lines of one day and model
/// or leave them apart, they are summed.
public struct ProviderCostReport: Sendable {
    /// What was billed for one model on one day.
    public struct Row: Sendable, Hashable {
        /// Days since 1970-01-01 UTC.
        public let day: Int64
        public let model: String
        public let cost: Money
    }

    /// In the order of their first line.
    public let rows: [Row]
    /// The SHA-256 of the bytes the report was read from.
    public let contentHash: ContentHash

    /// Reads `date,model,cost_usd`, in any order of columns: `2026-11-20,gpt-4o,12.345678`.
    ///
    /// Credits are negative costs. Amounts are exact, to twelve decimals.
    ///
    /// - Throws: ``PriceTableError`` with row and column: `malformedCSV`, `fieldCount`, `column`, `date`, `name`, `rate`, `size` (4 MiB or
    ///   10,000 rows).
    public init(csv bytes: some Collection<UInt8>) throws(PriceTableError) {
        guard bytes.count <= 4 << 20 else { throw Self.refusal(.size, nil, nil, nil, "the report is larger than 4 MiB") }
        let records = try CSVReader.records(in: bytes)
        guard let header = records.first, records.count <= 10_001 else {
            throw Self.refusal(.size, nil, nil, nil, "a report has a header and at most 10000 rows")
        }
        for (position, name) in header.enumerated()
        where !["date", "model", "cost_usd"].contains(name) || header.firstIndex(of: name) != position {
            throw Self.refusal(.column, 1, name, nil, "an unknown or repeated column")
        }
        guard let date = header.firstIndex(of: "date"), let model = header.firstIndex(of: "model"),
            let cost = header.firstIndex(of: "cost_usd")
        else { throw Self.refusal(.column, 1, nil, nil, "a report has the columns date, model and cost_usd") }

        var order: [Key] = []
        var sums: [Key: Money] = [:]
        for (index, record) in records.enumerated().dropFirst() {
            guard let day = CivilDate.day(of: record[date]), Self.days.contains(day) else {
                throw Self.refusal(.date, index + 1, "date", record[date], "not a calendar date of the form YYYY-MM-DD from 1970 to 2199")
            }
            guard (1...256).contains(record[model].utf8.count) else {
                throw Self.refusal(.name, index + 1, "model", record[model], "a name is 1 to 256 bytes")
            }
            let key = Key(day: day, model: record[model])
            if sums[key] == nil { order.append(key) }
            do {
                sums[key] = try (sums[key] ?? .zero) + Money.usd(record[cost])
            } catch {
                throw Self.refusal(.rate, index + 1, "cost_usd", record[cost], error.message)
            }
        }
        rows = order.map { Row(day: $0.day, model: $0.model, cost: sums[$0] ?? .zero) }
        contentHash = ContentHash(of: bytes)
    }

    /// 1970 to 2199: what a ``Timestamp`` covers, and then some to spare.
    private static let days: Range<Int64> = 0..<84_006

    private struct Key: Hashable {
        let day: Int64
        let model: String
    }

    private static func refusal(
        _ code: PriceTableError.Code, _ row: Int?, _ column: String?, _ value: String?, _ message: String
    ) -> PriceTableError {
        PriceTableError(code: code, row: row, column: column, value: value, message: message)
    }
}

extension CivilDate {
    /// Days since 1970-01-01 of a date of the form YYYY-MM-DD; nil for anything else.
    static func day(of text: String) -> Int64? {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1) - 48 } }
        let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
        return CivilDate(daysSince1970: date.daysSince1970) == date ? date.daysSince1970 : nil
    }
}
