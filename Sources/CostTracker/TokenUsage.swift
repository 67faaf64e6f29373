/// What one request used, as disjoint parts: every token is counted in exactly one of them.
///
/// Providers report overlapping numbers, each with a convention of its own; the adapters
/// (``init(anthropic:)``, ``init(openAI:)``) know them. Usage that nobody reported is not zero
/// usage: settle such a hold with ``CostLedger/settleAtHold(_:)``.
public struct TokenUsage: Sendable, Hashable, BitwiseCopyable {
    /// Prompt tokens that were neither read from nor written to a cache.
    public let input: Int64
    /// Prompt tokens read from a cache.
    public let cacheRead: Int64
    /// Prompt tokens written to a cache that lives five minutes, or as long as the provider's default.
    public let cacheWrite5m: Int64
    /// Prompt tokens written to a cache that lives one hour.
    public let cacheWrite1h: Int64
    /// Prompt tokens written to a cache that lives twelve hours.
    public let cacheWrite12h: Int64
    /// Generated tokens, without those counted as reasoning.
    public let output: Int64
    /// Hidden reasoning tokens; priced as output unless the table lists a rate of their own.
    public let reasoning: Int64
    /// Requests to tools that the provider runs and bills by the call, such as web search.
    public let toolRequests: Int64

    public static let zero = TokenUsage()

    /// - Throws: ``UsageError``: `negative` when a part is below zero, `overflow` when the parts do
    ///   not add up in 64 bits.
    public init(
        input: Int64 = 0, cacheRead: Int64 = 0, cacheWrite5m: Int64 = 0, cacheWrite1h: Int64 = 0, cacheWrite12h: Int64 = 0,
        output: Int64 = 0, reasoning: Int64 = 0, toolRequests: Int64 = 0
    ) throws(UsageError) {
        guard input | cacheRead | cacheWrite5m | cacheWrite1h | cacheWrite12h | output | reasoning | toolRequests >= 0 else {
            throw UsageError(code: .negative, message: "a token count is below zero")
        }
        self.input = input
        self.cacheRead = cacheRead
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.cacheWrite12h = cacheWrite12h
        self.output = output
        self.reasoning = reasoning
        self.toolRequests = toolRequests
        let parts: UInt64 = input.magnitude | cacheRead.magnitude | cacheWrite5m.magnitude | cacheWrite1h.magnitude
        if (parts | cacheWrite12h.magnitude | output.magnitude | reasoning.magnitude) >> 60 == 0 { return }  // seven fit in 63 bits
        guard [input, cacheRead, cacheWrite5m, cacheWrite1h, cacheWrite12h, output, reasoning].checkedSum != nil else {
            throw UsageError(code: .overflow, message: "the token counts do not add up in 64 bits")
        }
    }

    private init() {
        (input, cacheRead, cacheWrite5m, cacheWrite1h, cacheWrite12h) = (0, 0, 0, 0, 0)
        (output, reasoning, toolRequests) = (0, 0, 0)
    }

    /// The whole prompt, cached parts included: what a long-context threshold is compared with.
    public var promptTokens: Int64 { input &+ cacheRead &+ cacheWrite5m &+ cacheWrite1h &+ cacheWrite12h }

    /// Everything generated, reasoning included.
    public var completionTokens: Int64 { output &+ reasoning }
}

extension Sequence<Int64> {
    /// The sum, or nil when it does not fit.
    var checkedSum: Int64? {
        var sum: Int64 = 0
        for value in self {
            let (next, overflow) = sum.addingReportingOverflow(value)
            if overflow { return nil }
            sum = next
        }
        return sum
    }
}
