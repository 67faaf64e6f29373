import HardeningCore

/// An operation against the clock, structured: both children have ended when it returns.
enum Race {
    private enum Finish<Value: Sendable>: Sendable {
        case operation(Result<Value, any Error>)
        case clock(isOver: Bool)
    }

    /// The caller's cancellation ends the wait without an expiry, so that the operation's own answer is the one reported.
    static func run<Value: Sendable>(
        until moment: MonotonicTime, waiter: Waiter, expired: any Error, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Finish<Value>.self) { group in
            group.addTask {
                do { return .operation(.success(try await operation())) } catch { return .operation(.failure(error)) }
            }
            group.addTask {
                do { try await waiter.wait(until: moment) } catch { return .clock(isOver: false) }
                return .clock(isOver: true)
            }
            defer { group.cancelAll() }
            while let finish = try await group.next() {
                switch finish {
                case .operation(let result): return try result.get()
                case .clock(isOver: true): throw expired
                case .clock(isOver: false): continue
                }
            }
            throw CancellationError()
        }
    }
}
