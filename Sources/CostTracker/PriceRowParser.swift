import HardeningCore

/// Turns the records of a price table into rows, refusing the first one that is not exact.
struct PriceRowParser {
    static let known: Set<String> = [
        "provider", "model", "effective_from", "effective_to", "input", "output", "reasoning", "tool_request", "cache_read",
        "cache_write_5m", "cache_write_1h", "cache_write_other", "batch_input", "batch_output", "batch_cache_read",
        "batch_cache_write_5m", "batch_cache_write_1h", "long_ctx_threshold_tokens_gt", "long_input", "long_output",
        "long_cache_read", "long_cache_write_5m", "long_cache_write_1h", "priority_input", "priority_output",
        "priority_cache_read", "priority_cache_write_5m", "priority_cache_write_1h", "flex_input", "flex_output", "flex_cache_read",
        "flex_cache_write_5m", "flex_cache_write_1h", "regional_multiplier", "max_input", "max_output", "source", "notes",
    ]

    static func rows(in records: [[String]], tableHash: ContentHash) throws(PriceTableError) -> [ModelPrice] {
        guard let header = records.first, records.count > 1, records.count <= 10_001 else {
            throw PriceTableError(
                code: .size, row: nil, column: nil, value: nil, message: "a table has a header and 1 to 10000 rows")
        }
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() {
            guard known.contains(name), columns[name] == nil else {
                let what = columns[name] == nil ? "an unknown column" : "a column that stands twice"
                throw PriceTableError(code: .column, row: 1, column: name, value: nil, message: what)
            }
            columns[name] = index
        }
        for name in ["provider", "model", "input"] where columns[name] == nil {
            throw PriceTableError(code: .column, row: 1, column: name, value: nil, message: "the column is missing")
        }
        var rows: [ModelPrice] = []
        var rowsOfModel: [String: [ModelPrice]] = [:]
        for (index, record) in records.enumerated().dropFirst() {
            let parser = PriceRowParser(row: index + 1, record: record, columns: columns)
            let price = try parser.price(tableHash: tableHash)
            let name = "\(price.provider)/\(price.model)"
            for other in rowsOfModel[name] ?? [] where price.isDated == other.isDated {
                let start = max(price.effectiveFromDay ?? .min, other.effectiveFromDay ?? .min)
                let end = min(price.effectiveToDay ?? .max, other.effectiveToDay ?? .max)
                guard start > end else { throw parser.refusal(.overlap, "effective_from", "another row of \(name) is in effect then") }
            }
            rowsOfModel[name, default: []].append(price)
            rows.append(price)
        }
        return rows
    }

    private let row: Int
    private let record: [String]
    private let columns: [String: Int]

    private func price(tableHash: ContentHash) throws(PriceTableError) -> ModelPrice {
        let from = try day("effective_from")
        let to = try day("effective_to")
        if let from, let to, from > to { throw refusal(.date, "effective_to", "it ends before it begins") }
        let cards = try cards()
        return ModelPrice(
            provider: try name("provider"), model: try name("model"), effectiveDays: (from, to),
            longContextThreshold: try tokens("long_ctx_threshold_tokens_gt"),
            maxTokens: (try tokens("max_input"), try tokens("max_output")), tableHash: tableHash, cards: cards,
            regionalCards: try regionalCards(of: cards))
    }

    func refusal(_ code: PriceTableError.Code, _ column: String, _ message: String) -> PriceTableError {
        PriceTableError(code: code, row: row, column: column, value: field(column), message: message)
    }

    /// - Returns: nil when the column is absent or the field empty.
    private func field(_ column: String) -> String? {
        guard let index = columns[column], record.indices.contains(index), !record[index].isEmpty else { return nil }
        return record[index]
    }
}

// MARK: - Fields

extension PriceRowParser {
    private func name(_ column: String) throws(PriceTableError) -> String {
        guard let name = field(column), name.utf8.count <= 128, name.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw refusal(.name, column, "a name is 1 to 128 printable ASCII characters without spaces")
        }
        return name
    }

    private func tokens(_ column: String) throws(PriceTableError) -> Int64? {
        guard let text = field(column) else { return nil }
        guard let count = Int64(text), count >= 0, text.utf8.first != UInt8(ascii: "+") else {
            throw refusal(.tokens, column, "not a count of tokens")
        }
        return count
    }

    private func day(_ column: String) throws(PriceTableError) -> Int64? {
        guard let text = field(column) else { return nil }
        if let day = CivilDate.day(of: text) { return day }
        throw refusal(.date, column, "not a calendar date of the form YYYY-MM-DD")
    }

    /// USD per million → pico-USD per one, exactly.
    private func rate(_ column: String) throws(PriceTableError) -> Int64? {
        guard let text = field(column) else { return nil }
        return try rate(text, in: column)
    }

    private func rate(_ text: String, in column: String) throws(PriceTableError) -> Int64 {
        let perMillion: Money
        do {
            perMillion = try Money.usd(text)
        } catch {
            throw refusal(.rate, column, error.message)
        }
        guard perMillion >= .zero else { throw refusal(.rate, column, "a rate is not below zero") }
        guard perMillion.picoUSD % 1_000_000 == 0 else {
            throw refusal(.rate, column, "not a whole number of pico-dollars per token: more than six decimals")
        }
        return perMillion.picoUSD / 1_000_000
    }
}

// MARK: - Rates

extension PriceRowParser {
    private func cards() throws(PriceTableError) -> ModelPrice.Cards {
        guard try rate("input") != nil else { throw refusal(.rate, "input", "every model lists an input rate") }
        var standard = try rates(prefix: "")
        standard.reasoning = try rate("reasoning")
        standard.toolRequest = try rate("tool_request")
        standard.cacheWrite12h = try twelveHourWrite()
        let long = try rates(prefix: "long_")
        let hasThreshold = field("long_ctx_threshold_tokens_gt") != nil
        guard hasThreshold == (long != TokenRates()) else {
            throw refusal(.longContext, "long_ctx_threshold_tokens_gt", "a threshold and long-context rates need each other")
        }
        return ModelPrice.Cards(
            standard: standard, longContext: listed(long), batch: listed(try rates(prefix: "batch_")),
            priority: listed(try rates(prefix: "priority_")), flex: listed(try rates(prefix: "flex_")))
    }

    private func rates(prefix: String) throws(PriceTableError) -> TokenRates {
        TokenRates(
            input: try rate(prefix + "input"), cacheRead: try rate(prefix + "cache_read"),
            cacheWrite5m: try rate(prefix + "cache_write_5m"), cacheWrite1h: try rate(prefix + "cache_write_1h"),
            output: try rate(prefix + "output"))
    }

    private func listed(_ rates: TokenRates) -> TokenRates? {
        rates == TokenRates() ? nil : rates
    }

    private func twelveHourWrite() throws(PriceTableError) -> Int64? {
        guard let text = field("cache_write_other") else { return nil }
        guard text.hasPrefix("12h:") else {
            throw refusal(.rate, "cache_write_other", "only twelve-hour caches are known: 12h:RATE")
        }
        return try rate(String(text.dropFirst(4)), in: "cache_write_other")
    }

    private func regionalCards(of cards: ModelPrice.Cards) throws(PriceTableError) -> [String: ModelPrice.Cards] {
        let column = "regional_multiplier"
        guard let text = field(column) else { return [:] }
        var result: [String: ModelPrice.Cards] = [:]
        for item in text.split(separator: ";", omittingEmptySubsequences: false) {
            let parts = item.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let factor = try? Money.usd(String(parts[1])), factor > .zero,
                result[String(parts[0])] == nil
            else { throw refusal(.region, column, "not of the form REGION:FACTOR") }
            let multiplier = RegionalMultiplier(region: String(parts[0]), exactly: factor)
            func scaled(_ rates: TokenRates?) throws(PriceTableError) -> TokenRates? {
                guard let rates else { return nil }
                guard let product = rates.multiplied(by: multiplier) else {
                    throw refusal(.region, column, "a rate times the factor is not a whole number of pico-dollars per token")
                }
                return product
            }
            result[multiplier.region] = ModelPrice.Cards(
                standard: try scaled(cards.standard) ?? cards.standard, longContext: try scaled(cards.longContext),
                batch: try scaled(cards.batch), priority: try scaled(cards.priority), flex: try scaled(cards.flex))
        }
        return result
    }
}
