import Synchronization

/// Places for a bounded number of requests.
///
/// One atomic counter: entering and leaving are one instruction each, and no request waits for another.
public final class InFlightLimit: Sendable {
    /// Places there are.
    public let maximum: Int
    private let taken = Atomic(0)

    /// - Parameter maximum: at least 1; smaller numbers count as 1.
    public init(_ maximum: Int) {
        self.maximum = max(1, maximum)
    }

    /// Requests that hold a place now.
    public var count: Int { taken.load(ordering: .relaxed) }

    /// - Returns: a place, or nil when all are taken. It is given back when it leaves or is dropped.
    func enter() -> Place? {
        // Compared before it is raised: refused requests must not keep each other out.
        var count = taken.load(ordering: .relaxed)
        while count < maximum {
            let (exchanged, original) = taken.weakCompareExchange(expected: count, desired: count + 1, ordering: .relaxed)
            if exchanged { return Place(in: self) }
            count = original
        }
        return nil
    }

    /// One request's place; given back exactly once, by whatever ends first.
    final class Place: Sendable {
        private let limit: InFlightLimit
        private let isHeld = Atomic(true)

        init(in limit: InFlightLimit) { self.limit = limit }

        func leave() {
            if isHeld.exchange(false, ordering: .relaxed) { limit.taken.subtract(1, ordering: .relaxed) }
        }

        deinit { leave() }
    }
}
