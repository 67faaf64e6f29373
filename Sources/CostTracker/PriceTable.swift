public import HardeningCore

/// An immutable version of list prices, named by the hash of its content, in effect by date.
///
/// ``bundled`` carries the prices of Anthropic, OpenAI, Google and some embedding models; load your
/// own with ``init(csv:)`` or ``init(json:)``, and put them over the bundled ones with ``overlaid(by:)``.
///
/// **Names.** A model is found by, in this order: its exact name in the table; the name qualified by
/// its provider (`openai/gpt-4o`); the name without a snapshot date (`-20241022`, `-2024-08-06`) or
/// `-latest`; that name with `-latest`. Case matters and nothing else is guessed: no prefixes, no
/// nearest match. A model that is not found is an error, never free.
///
/// **Days.** Rows of one model with `effective_from` or `effective_to` (UTC days, both included) must
/// not overlap; one row without either may stand beside them and holds on all other days.
///
/// Bounds: 4 MiB and 10,000 rows.
public struct PriceTable: Sendable {
    /// The SHA-256 of the bytes the table was read from, or of the hashes of the tables it was combined from.
    ///
    /// Every row keeps the hash of the document it stood in: ``ModelPrice/tableHash``.
    public let contentHash: ContentHash
    /// Every row, in the order of the table.
    public let rows: [ModelPrice]

    private let names: PriceNames
    private let aliases: [String: String]
    private let refusedSnapshots: Set<String>

    /// Reads a table of list prices in US dollars per million tokens.
    ///
    /// The header names the columns; `provider`, `model` and `input` must be there. Rates: `output`,
    /// `reasoning`, `cache_read`, `cache_write_5m`, `cache_write_1h`, `cache_write_other` (`12h:5`),
    /// the same with `batch_`, `priority_`, `flex_` or `long_` in front (`input`, `output`, `cache_read`,
    /// `cache_write_5m`, `cache_write_1h`), `tool_request` (USD per million requests). Further: `effective_from` and
    /// `effective_to` (UTC days, both included), `long_ctx_threshold_tokens_gt`,
    /// `regional_multiplier` (`us:1.1`), `max_input`, `max_output`, `source`, `notes`. An empty field
    /// means that the provider lists none; it is never derived from another.
    ///
    /// - Throws: ``PriceTableError`` with the exact row and column; a rate that is not a whole number
    ///   of pico-dollars per token (more than six decimals) is refused.
    public init(csv bytes: some Collection<UInt8>) throws(PriceTableError) {
        try self.init(csv: bytes, aliases: [:], refusedSnapshots: [])
    }

    /// Reads a table of list prices from JSON: an object whose array `prices` holds one object per row.
    ///
    /// Names and meaning are those of the columns of ``init(csv:)``; a name that is absent or null is an
    /// empty field. A rate is a text or a number without exponent; its digits are read as they stand.
    ///
    /// ```json
    /// {"prices": [{"provider": "acme", "model": "small", "input": "0.15", "output": 0.60}]}
    /// ```
    ///
    /// - Throws: ``PriceTableError`` with the path and the byte offset.
    public init(json bytes: some Collection<UInt8>) throws(PriceTableError) {
        try Self.checkSize(bytes.count)
        let document = try PriceRecordsJSON(bytes: bytes)
        let hash = ContentHash(of: bytes)
        do {
            self.init(rows: try PriceRowParser.rows(in: document.records, tableHash: hash), contentHash: hash)
        } catch {
            throw document.placed(error)
        }
    }

    /// - Parameters:
    ///   - aliases: other names of listed models.
    ///   - refusedSnapshots: dated names that are priced differently from their base name and are not listed.
    ///   - disputedLengths: by qualified name, the prompt length beyond which a row without a long-context tier has no price.
    init(
        csv bytes: some Collection<UInt8>, aliases: [String: String], refusedSnapshots: Set<String>, disputedLengths: [String: Int64] = [:]
    ) throws(PriceTableError) {
        try Self.checkSize(bytes.count)
        let hash = ContentHash(of: bytes)
        let rows = try PriceRowParser.rows(in: try CSVReader.records(in: bytes), tableHash: hash).map { row in
            guard row.longContextThreshold == nil, let length = disputedLengths["\(row.provider)/\(row.model)"] else { return row }
            return row.refusingPrompts(beyond: length)
        }
        self.init(rows: rows, contentHash: hash, aliases: aliases, refusedSnapshots: refusedSnapshots)
    }

    private init(
        rows: [ModelPrice], contentHash: ContentHash, aliases: [String: String] = [:], refusedSnapshots: Set<String> = []
    ) {
        self.contentHash = contentHash
        self.rows = rows
        self.aliases = aliases
        self.refusedSnapshots = refusedSnapshots
        names = PriceNames(rows: rows, aliases: aliases, refusedSnapshots: refusedSnapshots)
    }

    private static func checkSize(_ byteCount: Int) throws(PriceTableError) {
        guard byteCount <= 4 << 20 else {
            throw PriceTableError(code: .size, row: nil, column: nil, value: nil, message: "the table is larger than 4 MiB")
        }
    }

    /// This table with the rows of another one in front.
    ///
    /// A model that `table` lists, under the same provider, is priced by `table` alone, on all days; every
    /// other model as before. A model that both list under different providers needs its qualified name.
    ///
    /// ```swift
    /// let prices = PriceTable.bundled.overlaid(by: try PriceTable(csv: negotiated))
    /// ```
    ///
    /// - Complexity: O(rows).
    public func overlaid(by table: PriceTable) -> PriceTable {
        let listed = Set(table.rows.map { "\($0.provider)/\($0.model)" })
        let rest = rows.filter { !listed.contains("\($0.provider)/\($0.model)") }
        return PriceTable(
            rows: table.rows + rest, contentHash: ContentHash(of: "\(table.contentHash) over \(contentHash)".utf8),
            aliases: aliases.merging(table.aliases) { $1 },
            refusedSnapshots: refusedSnapshots.union(table.refusedSnapshots))
    }

    /// A table without prices: every model is unknown.
    static let empty = PriceTable(rows: [], contentHash: ContentHash(of: []))

    /// The row in effect for a model at a moment.
    ///
    /// - Parameters:
    ///   - model: a name as described at ``PriceTable``.
    ///   - time: when the request is made; days are UTC.
    /// - Throws: ``PricingError``: `modelUnknown`, `notInEffect`.
    /// - Complexity: O(length of the name + rows of that model), no allocation.
    public func price(of model: String, at time: Timestamp) throws(PricingError) -> ModelPrice {
        switch names.price(of: model, onDay: time.utcDay) {
        case .price(let price):
            return price
        case .unknown:
            throw PricingError(code: .modelUnknown, message: "no price is listed for the model \"\(model.prefix(128))\"")
        case .notInEffect:
            throw PricingError(code: .notInEffect, message: "no price of \(model.prefix(128)) is in effect at \(time)")
        }
    }

    /// What a usage costs at a moment, exactly.
    ///
    /// - Throws: ``PricingError``.
    public func cost(of usage: TokenUsage, model: String, at time: Timestamp, terms: PriceTerms = .standard) throws(PricingError) -> Money {
        try price(of: model, at: time).cost(of: usage, terms: terms)
    }
}
