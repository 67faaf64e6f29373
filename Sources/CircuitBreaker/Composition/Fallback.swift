/// Answers chosen errors with something else: a cached value, a cheaper model, an apology.
///
/// Never asked about cancellation: a caller who has left wants no substitute. Do not use it where a wrong answer is worse
/// than none; and keep it from failing in the same way, because its own error is thrown as it is.
public struct Fallback<Value>: Sendable {
    private let isChosen: @Sendable (any Error) -> Bool
    private let answer: @Sendable (any Error) async throws -> Value

    /// - Parameters:
    ///   - isChosen: which errors are answered.
    ///   - answer: the substitute, given the error.
    public init(
        on isChosen: @escaping @Sendable (any Error) -> Bool,
        answer: @escaping @Sendable (any Error) async throws -> Value
    ) {
        self.isChosen = isChosen
        self.answer = answer
    }

    /// Makes the call, and answers for it if it fails with a chosen error.
    ///
    /// - Throws: what `operation` throws and is not chosen, and what the substitute throws.
    public func run(_ operation: () async throws -> Value) async throws -> Value {
        do {
            return try await operation()
        } catch {
            guard !Task.isCancelled, !(error is CancellationError), isChosen(error) else { throw error }
            return try await answer(error)
        }
    }
}
