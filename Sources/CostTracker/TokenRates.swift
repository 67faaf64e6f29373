/// One set of list prices: pico-USD per token of each kind, nil where the provider lists none.
///
/// A kind without a rate cannot be priced: using it is an error, never free and never guessed from
/// another rate.
public struct TokenRates: Sendable, Hashable, BitwiseCopyable {
    public var input: Int64?
    public var cacheRead: Int64?
    public var cacheWrite5m: Int64?
    public var cacheWrite1h: Int64?
    public var cacheWrite12h: Int64?
    public var output: Int64?
    /// Nil: reasoning is billed as output.
    public var reasoning: Int64?
    /// Pico-USD per request to a tool that the provider runs.
    public var toolRequest: Int64?

    public init(
        input: Int64? = nil, cacheRead: Int64? = nil, cacheWrite5m: Int64? = nil, cacheWrite1h: Int64? = nil,
        cacheWrite12h: Int64? = nil, output: Int64? = nil, reasoning: Int64? = nil, toolRequest: Int64? = nil
    ) {
        self.input = input
        self.cacheRead = cacheRead
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.cacheWrite12h = cacheWrite12h
        self.output = output
        self.reasoning = reasoning
        self.toolRequest = toolRequest
    }

    /// The dearest way a prompt token can be billed, for upper bounds; nil when no rate is listed.
    func worstInput(cacheWrites: Bool) -> Int64? {
        let reads = dearer(input, cacheRead)
        return cacheWrites ? dearer(dearer(reads, cacheWrite5m), dearer(cacheWrite1h, cacheWrite12h)) : reads
    }

    /// The dearest way a generated token can be billed.
    var worstOutput: Int64? { dearer(output, reasoning) }

    private func dearer(_ left: Int64?, _ right: Int64?) -> Int64? {
        guard let left, let right else { return left ?? right }
        return max(left, right)
    }

    /// - Returns: nil when a rate does not stay an integer or does not fit.
    func multiplied(by multiplier: RegionalMultiplier) -> TokenRates? {
        var result = self
        for path in Self.all {
            guard let rate = self[keyPath: path] else { continue }
            let (product, overflow) = rate.multipliedReportingOverflow(by: multiplier.numerator)
            guard !overflow, product % multiplier.denominator == 0 else { return nil }
            result[keyPath: path] = product / multiplier.denominator
        }
        return result
    }

    private static var all: [WritableKeyPath<TokenRates, Int64?>] {
        [
            \.input, \.cacheRead, \.cacheWrite5m, \.cacheWrite1h, \.cacheWrite12h, \.output, \.reasoning, \.toolRequest,
        ]
    }
}
