import Synchronization

/// Counts that the copies of one layer share.
final class Tally<Counts: Sendable>: Sendable {
    private let counts: Mutex<Counts>

    init(_ counts: Counts) {
        self.counts = Mutex(counts)
    }

    var value: Counts { counts.withLock { $0 } }

    func note(_ change: (inout Counts) -> Void) {
        counts.withLock { change(&$0) }
    }
}
