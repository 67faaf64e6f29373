import HardeningCore
import Synchronization

/// One reader of one stream: asks the pump, watches the clock, judges, and settles when it goes away.
final class StreamReader<Base: AsyncSequence & Sendable>: Sendable where Base.Element: Sendable {
    private let base: Base
    private let policy: Breaker.StreamPolicy<Base.Element>
    private let waiter: Waiter
    private let call: StreamCall
    private let pump = StreamPump<Base.Element>()
    private let isStarted = Atomic(false)
    private let hasElement = Atomic(false)

    init(base: Base, policy: Breaker.StreamPolicy<Base.Element>, waiter: Waiter, call: StreamCall) {
        self.base = base
        self.policy = policy
        self.waiter = waiter
        self.call = call
    }

    /// The consumer left early; after any other end this changes nothing.
    deinit {
        pump.stop()
        if isStarted.load(ordering: .relaxed) { call.settle(outcomeOfLeaving) }
    }

    func next() async throws -> Base.Element? {
        if !isStarted.exchange(true, ordering: .relaxed) { pump.start(base) }
        do {
            guard let element = try await receive() else {
                call.settle(hasElement.load(ordering: .relaxed) ? .success : policy.emptyStream)
                return nil
            }
            hasElement.store(true, ordering: .relaxed)
            if let outcome = policy.classify(element) { call.settle(outcome) }
            return element
        } catch {
            pump.stop()
            call.settle(outcome(of: error))
            throw error
        }
    }

    private func receive() async throws -> Base.Element? {
        let isFirst = !hasElement.load(ordering: .relaxed)
        guard let limit = isFirst ? policy.firstElementWithin : policy.idleLimit else { return try await pump.receive() }
        let moment = waiter.time.monotonic.advanced(by: limit)
        let expired = StreamTimeout(code: isFirst ? .firstElement : .idle, limit: limit)
        return try await Race.run(until: moment, waiter: waiter, expired: { expired }) { [pump] in try await pump.receive() }
    }

    private func outcome(of error: any Error) -> Breaker.Outcome {
        if error is StreamTimeout { return .failure(.stalled) }
        let outcome = call.outcome(ofThrown: error)
        return outcome == .cancelled ? outcomeOfLeaving : outcome
    }

    private var outcomeOfLeaving: Breaker.Outcome {
        hasElement.load(ordering: .relaxed) ? .success : .cancelled
    }
}
