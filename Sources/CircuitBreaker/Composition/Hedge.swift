import HardeningCore

/// Makes a second attempt while a slow first one still runs, and takes what succeeds first.
///
/// Cuts the tail of the latency for a few more calls (Dean and Barroso, "The Tail at Scale", CACM 2013): choose the 95th
/// percentile as the delay and about 5 % more calls are made. Only for calls that may safely happen twice at once. A failure
/// starts nothing, that is ``Retry``'s work. Losers are cancelled and awaited: one that ignores cancellation delays the
/// return. To a breaker inside, a loser is cancelled by its caller and neutral, unless it outlived the breaker's
/// ``Breaker/Configuration/hangThreshold``. Cost: a task for every attempt and one for every delay.
public struct Hedge: Sendable {
    /// Counts since it was made; copies count together.
    public struct Snapshot: Sendable, Hashable {
        public internal(set) var calls: UInt64 = 0
        /// Further attempts started.
        public internal(set) var hedges: UInt64 = 0
        /// Calls won by a further attempt.
        public internal(set) var wins: UInt64 = 0
        /// Further attempts the budget did not pay for.
        public internal(set) var outOfBudget: UInt64 = 0
    }

    private enum Finish<Value: Sendable>: Sendable {
        case attempt(Result<Value, any Error>, isFirst: Bool)
        case delay(isOver: Bool)
    }

    public let delay: Duration
    public let maxAttempts: Int
    public let budget: RetryBudget?
    private let waiter: Waiter
    private let tally = Tally(Snapshot())

    /// - Parameters:
    ///   - delay: from one attempt to the next, positive and finite.
    ///   - maxAttempts: at once, the first one included, 2…10.
    ///   - budget: pays for every attempt but the first; share the one of ``Retry``, so that both together stay within it.
    ///     nil leaves them bounded by `maxAttempts` alone.
    /// - Throws: ``CompositionError``.
    public init(
        after delay: Duration, maxAttempts: Int = 2, budget: RetryBudget?, waiter: Waiter = .system
    ) throws(CompositionError) {
        try CompositionError.check(delay.isUsableLimit, .hedgeDelay, "the delay of a hedge must be positive and finite")
        try CompositionError.check((2...10).contains(maxAttempts), .hedgeAttempts, "the number of hedged attempts must be 2…10")
        self.delay = delay
        self.maxAttempts = maxAttempts
        self.budget = budget
        self.waiter = waiter
    }

    public var snapshot: Snapshot { tally.value }

    /// Makes the call, and more of it while none has ended.
    ///
    /// - Throws: the first error, once every attempt that was started has failed.
    public func run<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        budget?.recordRequest()
        tally.note { $0.calls &+= 1 }
        return try await withThrowingTaskGroup(of: Finish<Value>.self) { group in
            defer { group.cancelAll() }
            var started = 1
            var running = 1
            var firstError: (any Error)?
            group.addTask { await Self.attempt(operation, isFirst: true) }
            group.addTask { await pause() }
            while let finish = try await group.next() {
                switch finish {
                case .attempt(.success(let value), let isFirst):
                    if !isFirst { tally.note { $0.wins &+= 1 } }
                    return value
                case .attempt(.failure(let error), _):
                    running -= 1
                    firstError = firstError ?? error
                    if running == 0 { throw firstError ?? error }
                case .delay(let isOver):
                    guard isOver, !Task.isCancelled, isPaid() else { continue }
                    started += 1
                    running += 1
                    group.addTask { await Self.attempt(operation, isFirst: false) }
                    if started < maxAttempts { group.addTask { await pause() } }
                }
            }
            throw firstError ?? CancellationError()
        }
    }

    private static func attempt<Value: Sendable>(
        _ operation: @Sendable () async throws -> Value, isFirst: Bool
    ) async -> Finish<Value> {
        do { return .attempt(.success(try await operation()), isFirst: isFirst) } catch {
            return .attempt(.failure(error), isFirst: isFirst)
        }
    }

    private func pause<Value: Sendable>() async -> Finish<Value> {
        let moment = waiter.time.monotonic.advanced(by: delay)
        do { try await waiter.wait(until: moment) } catch { return .delay(isOver: false) }
        return .delay(isOver: true)
    }

    private func isPaid() -> Bool {
        let isPaid = budget?.withdraw() ?? true
        tally.note { if isPaid { $0.hedges &+= 1 } else { $0.outOfBudget &+= 1 } }
        return isPaid
    }
}
