public import HardeningCore

/// The moment by which the whole of some work must be done, however many attempts it takes.
///
/// Carried by a task local, so inner layers see what is left. A nested deadline can only be earlier.
public struct Deadline: Sendable, Hashable {
    public let moment: MonotonicTime

    /// The deadline of the current task, if it has one.
    @TaskLocal public static var current: Deadline?

    /// Runs `operation` with a deadline `limit` from now, or the enclosing one if that is earlier.
    ///
    /// At the deadline the operation is cancelled and awaited: one that ignores cancellation delays the return. When the
    /// deadline has passed already, nothing runs.
    /// - Throws: ``DeadlineExceeded``, and what `operation` throws.
    public static func run<Value: Sendable>(
        within limit: Duration, waiter: Waiter = .system, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let now = waiter.time.monotonic
        let own = now.advanced(by: limit)
        let moment = min(own, current?.moment ?? own)
        guard now < moment else { throw DeadlineExceeded() }
        return try await $current.withValue(Deadline(moment: moment)) {
            try await Race.run(until: moment, waiter: waiter, expired: DeadlineExceeded(), operation)
        }
    }
}

/// The total time for some work is over.
public struct DeadlineExceeded: Error, Sendable, Hashable {
    public let code = "DEADLINE_EXCEEDED"

    public init() {}
}
