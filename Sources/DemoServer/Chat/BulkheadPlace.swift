import CircuitBreaker

/// A place in a bulkhead that is kept beyond a call: for as long as this lives.
final class BulkheadPlace: Sendable {
    private let end: Latch<Void>

    /// - Throws: `BulkheadFull`.
    init(in bulkhead: Bulkhead) async throws {
        let (end, entry) = (Latch<Void>(), Latch<Void>())
        Task {
            do {
                try await bulkhead.run {
                    entry.settle(.success(()))
                    try await end.value
                }
            } catch {
                entry.settle(.failure(error))
            }
        }
        self.end = end
        try await entry.value
    }

    deinit {
        end.settle(.success(()))
    }
}
