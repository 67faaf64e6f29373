import Synchronization

/// Lets a bounded number of requests wait.
final class WaitingRoom: Sendable {
    private let limit: Int
    private let count = Atomic(0)

    init(limit: Int) { self.limit = limit }

    var waitingCount: Int { count.load(ordering: .relaxed) }

    /// Waits, unless too many do already.
    ///
    /// - Returns: whether there was room.
    func wait(_ delay: Duration) async throws -> Bool {
        defer { count.subtract(1, ordering: .relaxed) }
        guard count.add(1, ordering: .relaxed).newValue <= limit else { return false }
        try await Task.sleep(for: delay)
        return true
    }
}
