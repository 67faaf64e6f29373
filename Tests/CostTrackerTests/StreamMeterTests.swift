import CostTracker
import HardeningCore
import Testing

@Suite struct StreamMeterTests {
    /// claude-3-5-sonnet: $3 / $15 per million, cache writes at most $6.
    private func dispatched(_ bench: Bench, maxOutput: Int64 = 100, key: String = "k") async throws -> (Hold, StreamMeter) {
        let input = InputBound.atMostUncached(1000)
        let hold = try await bench.ledger.reserve(
            CostScope(session: "s"), model: "claude-3-5-sonnet", input: input, maxOutput: maxOutput, key: key)
        try await bench.ledger.dispatched(hold)
        return (hold, bench.ledger.meter(hold, input: input, format: .anthropicMessages))
    }

    private func begin(input: Int64) -> String {
        #"data: {"type":"message_start","message":{"usage":{"input_tokens":\#(input),"output_tokens":1}}}"# + "\n\n"
    }

    private func text(_ count: Int) -> String {
        let text = String(repeating: "x", count: count)
        return #"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"# + "\n\n"
    }

    @Test func `bytes count as tokens at the dear side until the provider speaks`() async throws {
        let bench = try Bench()
        let (hold, meter) = try await dispatched(bench)
        #expect(hold.amount == (try .usd("0.0045")))
        // The prompt is unknown: the bound of 1,000 tokens is assumed.
        #expect(try meter.receive(text(9).utf8) == .proceed(remaining: .usd("0.001425")))  // 5 tokens
        // Now it is known, and one token of output with it.
        #expect(try meter.receive(begin(input: 400).utf8) == .proceed(remaining: .usd("0.003285")))
        #expect(try meter.receive(text(4).utf8) == .proceed(remaining: .usd("0.003255")))
        let delta = #"data: {"type":"message_delta","usage":{"output_tokens":10}}"# + "\n\n"
        #expect(try meter.receive(delta.utf8) == .proceed(remaining: .usd("0.00315")))
    }

    @Test func `a stream is told to stop when not one more token fits`() async throws {
        let bench = try Bench()
        let (_, meter) = try await dispatched(bench)
        _ = try meter.receive(begin(input: 1000).utf8)  // and one token
        #expect(try meter.receive(text(2 * 98).utf8) == .proceed(remaining: .usd("0.000015")))
        #expect(try meter.receive(text(1).utf8) == .stop(.holdExhausted))
        #expect(meter.verdict == .stop(.holdExhausted))
        let entry = try await meter.settle()
        #expect(try entry.usage == TokenUsage(input: 1000, output: 100))
        #expect(entry.overrun == .zero)
    }

    @Test func `a finished stream is charged what its provider reported`() async throws {
        let bench = try Bench()
        let (hold, meter) = try await dispatched(bench)
        for byte in AnthropicFixtures.stream.utf8 { _ = try meter.receive([byte]) }
        let entry = try await meter.settle()
        #expect(try entry.usage == TokenUsage(input: 25, cacheRead: 100, output: 15))
        #expect(try await bench.ledger.state(of: hold) == .settled)
        #expect(try await meter.settle() == entry)
    }

    @Test func `a stream the client drops is charged for what was produced`() async throws {
        let bench = try Bench()
        let (_, meter) = try await dispatched(bench)
        _ = try meter.receive(begin(input: 400).utf8)
        _ = try meter.receive(text(21).utf8)
        let entry = try await meter.settle()
        #expect(try entry.usage == TokenUsage(input: 400, output: 1 + 11))
        #expect(try await bench.ledger.summary(session: "s").held == .zero)
    }

    @Test func `a dropped stream whose estimate exceeds the hold is charged the hold`() async throws {
        let bench = try Bench()
        let (hold, meter) = try await dispatched(bench)
        #expect(try meter.receive(text(1000).utf8) == .stop(.holdExhausted))
        let entry = try await meter.settle()
        #expect(entry.usage == nil)
        #expect(entry.amount == hold.amount)
    }

    @Test func `an answer that ends without usage, or cannot be read, is charged the hold`() async throws {
        let bench = try Bench()
        let input = InputBound.atMost(1000)
        let hold = try await bench.reserve(1000, key: "a", maxOutput: 100)
        let silent = bench.ledger.meter(hold, input: input, format: .openAIChat)
        _ = try silent.receive(OpenAIFixtures.chatStreamWithoutUsage.utf8)
        #expect(try await silent.settle().amount == hold.amount)

        let other = try await bench.reserve(1000, key: "b", maxOutput: 100)
        let broken = bench.ledger.meter(other, input: input, format: .openAIChat)
        #expect(await failure { () throws(UsageError) in try broken.receive("data: <html>\n\n".utf8) }?.code == .malformed)
        #expect(try await broken.settle().amount == other.amount)
    }

    @Test func `a limit lowered meanwhile stops the stream`() async throws {
        let bench = try Bench([.session(.usd("0.01"))])
        let (_, meter) = try await dispatched(bench)
        _ = try meter.receive(begin(input: 400).utf8)
        #expect(try await meter.refresh() == .proceed(remaining: .usd("0.003285")))
        try bench.ledger.setBudgets([.session(.usd("0.003"))])  // 0.0015 less than is held
        #expect(try await meter.refresh() == .proceed(remaining: .usd("0.001785")))
        #expect(try meter.receive(text(2 * 119).utf8) == .stop(.limitLowered))
        #expect(try await meter.settle().amount == .usd("0.003"))
        #expect(
            await failure { () throws(LedgerError) in try await bench.reserve(1, key: "next") }?.code == .budgetExceeded)
    }

    @Test func `a lowered ceiling never rises above the hold`() async throws {
        let bench = try Bench()
        let (hold, meter) = try await dispatched(bench)
        #expect(meter.limit(to: .zero) == .stop(.limitLowered))
        #expect(meter.limit(to: .max) == .proceed(remaining: try .usd("0.0015")))
        #expect(hold.amount == (try .usd("0.0045")))
    }

    @Test(arguments: [Int64.min, 0, 1, 64, .max])
    func `no ratio traps`(bytesPerToken: Int64) async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(1000, key: "a", maxOutput: 100)
        let meter = bench.ledger.meter(hold, input: .atMost(1000), format: .openAIChat, bytesPerToken: bytesPerToken)
        _ = try meter.receive(OpenAIFixtures.chatStreamWithoutUsage.prefix(300).utf8)
        if case .stop = meter.verdict { Issue.record("it should go on") }
    }

    @Test func `usage without a rate stops the stream`() async throws {
        let bench = try Bench()
        let hold = try await bench.reserve(1000, key: "a", maxOutput: 100)
        let meter = bench.ledger.meter(hold, input: .atMost(1000), format: .openAIChat)
        let usage = #"data: {"usage":{"prompt_tokens":10,"completion_tokens":1,"prompt_tokens_details":{"cache_write_tokens":5}}}"# + "\n\n"
        #expect(try meter.receive(usage.utf8) == .stop(.unpriceable))
        #expect(try await meter.settle().amount == hold.amount)
    }

    @Test func `budgets that contradict each other leave the old ones in force`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        #expect(
            await failure { () throws(LedgerError) in try bench.ledger.setBudgets([.session(.zero), .session(.zero)]) }?.code
                == .budgetInvalid)
        _ = try await bench.reserve(40_000, key: "a")
        #expect(await failure { () throws(LedgerError) in try await bench.reserve(1, key: "b") }?.code == .budgetExceeded)
    }
}
