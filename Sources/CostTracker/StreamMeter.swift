import HardeningCore
import Synchronization

/// Charges a streamed answer against its hold as it arrives, and says when to stop.
///
/// ```swift
/// try await ledger.dispatched(hold)
/// let meter = ledger.meter(hold, input: .atMost(1_500), format: .anthropicMessages)
/// for try await chunk in response.body {
///     try await writer.write(chunk)
///     if case .stop = try meter.receive(chunk) { break }  // closing the connection ends what the provider bills
/// }
/// try await meter.settle()
/// ```
///
/// Call ``settle()`` on every way out, also when the client has gone. Safe to share between tasks; no call waits for
/// another one's.
public final class StreamMeter: Sendable {
    private struct State {
        var stream: UsageStream
        var meter: OutputMeter
        var isBroken = false

        mutating func receive(_ bytes: some Sequence<UInt8>) throws(UsageError) {
            do {
                try stream.receive(bytes)
            } catch {
                isBroken = true
                throw error
            }
            meter.note(stream)
        }
    }

    public let hold: Hold
    private let ledger: CostLedger
    private let state: Mutex<State>

    init(ledger: CostLedger, hold: Hold, input: InputBound, format: UsageFormat, bytesPerToken: Int64) {
        self.ledger = ledger
        self.hold = hold
        state = Mutex(
            State(stream: UsageStream(format), meter: OutputMeter(hold: hold, input: input, bytesPerToken: bytesPerToken)))
    }

    /// Takes bytes of the answer as they arrive, cut anywhere.
    ///
    /// - Throws: ``UsageError``, as ``UsageStream/receive(_:)``: what follows cannot be metered, and ``settle()`` charges the
    ///   whole hold.
    /// - Complexity: O(n) in the bytes, and the price of one usage.
    public func receive(_ bytes: some Sequence<UInt8>) throws(UsageError) -> OutputMeter.Verdict {
        try state.withLock { (state: inout sending State) throws(UsageError) -> OutputMeter.Verdict in
            try state.receive(bytes)
            return state.meter.verdict
        }
    }

    /// Where the stream stands.
    public var verdict: OutputMeter.Verdict { state.withLock { $0.meter.verdict } }

    /// Lets the stream cost at most so much from now on; never more than the hold.
    @discardableResult
    public func limit(to amount: Money) -> OutputMeter.Verdict {
        state.withLock { state in
            state.meter.limit(to: amount)
            return state.meter.verdict
        }
    }

    /// Asks the ledger whether a limit was lowered meanwhile; every few seconds is enough.
    ///
    /// The stream gives up as much of its hold as the fullest of its scopes is over its limit.
    ///
    /// - Throws: ``LedgerError``, when the store fails.
    public func refresh() async throws(LedgerError) -> OutputMeter.Verdict {
        let excess = try await ledger.excess(inScopesOf: hold)
        return limit(to: Money(picoUSD: hold.amount.picoUSD.subtractingSaturating(excess.picoUSD)))
    }

    /// Posts what the stream has cost, and ends the hold.
    ///
    /// - An answer that is over is charged for what its provider reported.
    /// - One that was dropped or stopped is charged for what it produced: as reported, and above that as estimated,
    ///   at most the hold.
    /// - One that is over without a report, or that could not be read, is charged the whole hold: unknown is not zero.
    ///
    /// - Throws: ``LedgerError``, as ``CostLedger/settle(_:usage:)``.
    @discardableResult
    public func settle() async throws(LedgerError) -> LedgerEntry {
        let (usage, isExact): (TokenUsage?, Bool) = state.withLock { state in
            if state.isBroken { return (nil, false) }
            if state.stream.isComplete { return (state.stream.usage, true) }
            guard let usage = try? state.meter.usage(), let cost = try? state.meter.cost(), cost <= hold.amount else { return (nil, false) }
            return (usage, false)
        }
        guard let usage else { return try await ledger.settleAtHold(hold) }
        do {
            return try await ledger.settle(hold, usage: usage)
        } catch {
            guard !isExact, error.pricing != nil else { throw error }
            return try await ledger.settleAtHold(hold)
        }
    }
}

extension CostLedger {
    /// A meter for the streamed answer to a request that was held for.
    ///
    /// - Parameters:
    ///   - input: the bound that was reserved with.
    ///   - bytesPerToken: see ``OutputMeter/init(hold:input:bytesPerToken:)``.
    public func meter(_ hold: Hold, input: InputBound, format: UsageFormat, bytesPerToken: Int64 = 2) -> StreamMeter {
        StreamMeter(ledger: self, hold: hold, input: input, format: format, bytesPerToken: bytesPerToken)
    }

    /// How far the fullest scope of a hold is above its limit today; zero when none is.
    func excess(inScopesOf hold: Hold) async throws(LedgerError) -> Money {
        let limits = AccountSelection(plan, request: hold.request, now: hold.reservedAt).limits
        let balances = try await store.balances(of: limits, now: time.timestamp)
        let excess = balances.compactMap { balance in
            balance.limit.map { balance.committed.picoUSD.subtractingSaturating($0.picoUSD) }
        }
        return Money(picoUSD: max(0, excess.max() ?? 0))
    }
}
