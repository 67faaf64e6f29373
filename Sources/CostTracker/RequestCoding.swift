/// Requests, prices and usage as bytes, so that a durable store can give back the very hold it gave before the restart.
///
/// A price row is written once and referred to; a newer price table never changes what an old entry says.
extension ModelPrice {
    package func encode(into writer: inout ByteWriter) {
        writer.text(provider)
        writer.text(model)
        for number in [effectiveFromDay, effectiveToDay, longContextThreshold, maxInputTokens, maxOutputTokens] { writer.optional(number) }
        writer.hash(tableHash)
        cards.encode(into: &writer)
        writer.number(UInt64(regionalCards.count))
        for (region, cards) in regionalCards.sorted(by: { $0.key < $1.key }) {
            writer.text(region)
            cards.encode(into: &writer)
        }
    }

    package convenience init(from reader: inout ByteReader) throws(MalformedBytes) {
        let (provider, model) = (try reader.requiredText(), try reader.requiredText())
        let (from, to, threshold) = (try reader.optional(), try reader.optional(), try reader.optional())
        let (input, output, hash) = (try reader.optional(), try reader.optional(), try reader.hash())
        let cards = try Cards(from: &reader)
        var regional: [String: Cards] = [:]
        for _ in 0..<min(try reader.number(), 1_000) { regional[try reader.requiredText()] = try Cards(from: &reader) }
        self.init(
            provider: provider, model: model, effectiveDays: (from, to), longContextThreshold: threshold, maxTokens: (input, output),
            tableHash: hash, cards: cards, regionalCards: regional)
    }
}

extension ModelPrice.Cards {
    fileprivate func encode(into writer: inout ByteWriter) {
        standard.encode(into: &writer)
        for card in [longContext, batch, priority, flex] {
            writer.byte(card == nil ? 0 : 1)
            card?.encode(into: &writer)
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(MalformedBytes) {
        self.init(standard: try TokenRates(from: &reader))
        longContext = try reader.byte() == 0 ? nil : try TokenRates(from: &reader)
        batch = try reader.byte() == 0 ? nil : try TokenRates(from: &reader)
        priority = try reader.byte() == 0 ? nil : try TokenRates(from: &reader)
        flex = try reader.byte() == 0 ? nil : try TokenRates(from: &reader)
    }
}

extension TokenRates {
    fileprivate func encode(into writer: inout ByteWriter) {
        for rate in [input, cacheRead, cacheWrite5m, cacheWrite1h, cacheWrite12h, output, reasoning, toolRequest] { writer.optional(rate) }
    }

    fileprivate init(from reader: inout ByteReader) throws(MalformedBytes) {
        self.init()
        (input, cacheRead, cacheWrite5m) = (try reader.optional(), try reader.optional(), try reader.optional())
        (cacheWrite1h, cacheWrite12h, output) = (try reader.optional(), try reader.optional(), try reader.optional())
        (reasoning, toolRequest) = (try reader.optional(), try reader.optional())
    }
}

extension PricedRequest {
    /// Everything but the price, which a store keeps once for all requests.
    package func encode(into writer: inout ByteWriter) {
        writer.text(scope.session)
        writer.text(scope.user)
        writer.text(scope.tenant)
        writer.number(UInt64(scope.others.count))
        for (kind, name) in scope.others.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            writer.text(kind.rawValue)
            writer.text(name)
        }
        writer.text(model)
        writer.text(terms.tier.rawValue)
        writer.text(terms.region)
    }

    package convenience init(from reader: inout ByteReader, price: ModelPrice) throws(MalformedBytes) {
        var scope = CostScope(session: try reader.text(), user: try reader.text(), tenant: try reader.text())
        for _ in 0..<min(try reader.number(), 8) {
            scope.others[ScopeKind(rawValue: try reader.requiredText())] = try reader.requiredText()
        }
        let model = try reader.requiredText()
        guard let tier = PriceTerms.Tier(rawValue: try reader.requiredText()) else { throw MalformedBytes() }
        self.init(scope: scope, model: model, terms: PriceTerms(tier: tier, region: try reader.text()), price: price)
    }
}

extension TokenUsage {
    package func encode(into writer: inout ByteWriter) {
        for count in [input, cacheRead, cacheWrite5m, cacheWrite1h, cacheWrite12h, output, reasoning, toolRequests] { writer.signed(count) }
    }

    package init(from reader: inout ByteReader) throws(MalformedBytes) {
        let (input, cacheRead, cacheWrite5m) = (try reader.signed(), try reader.signed(), try reader.signed())
        let (cacheWrite1h, cacheWrite12h, output) = (try reader.signed(), try reader.signed(), try reader.signed())
        let (reasoning, toolRequests) = (try reader.signed(), try reader.signed())
        do {
            self = try TokenUsage(
                input: input, cacheRead: cacheRead, cacheWrite5m: cacheWrite5m, cacheWrite1h: cacheWrite1h, cacheWrite12h: cacheWrite12h,
                output: output, reasoning: reasoning, toolRequests: toolRequests)
        } catch {
            throw MalformedBytes()
        }
    }
}
