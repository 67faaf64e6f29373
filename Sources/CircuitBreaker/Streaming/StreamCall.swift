import Synchronization

/// The permit of one stream, which many ends compete to settle: the first one counts.
final class StreamCall: Sendable {
    private let breaker: Breaker
    private let admission: Admission
    private let isSettled = Atomic(false)

    init(breaker: Breaker, admission: Admission) {
        self.breaker = breaker
        self.admission = admission
    }

    /// Nobody ever read the stream.
    deinit {
        settle(.ignored)
    }

    func settle(_ outcome: Breaker.Outcome) {
        if isSettled.exchange(true, ordering: .relaxed) { return }
        breaker.settle(admission, outcome)
    }

    /// - Parameter error: what the stream threw.
    func outcome(ofThrown error: any Error) -> Breaker.Outcome {
        breaker.outcome(ofThrown: error)
    }
}
