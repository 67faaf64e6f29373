public import HardeningCore

extension Breaker {
    /// What a breaker that refuses calls should still know after a restart.
    ///
    /// Small and `Codable`; keep it wherever the service keeps things. A closed breaker has nothing worth saving.
    public struct SavedState: Sendable, Hashable, Codable {
        /// The name of the breaker, for whoever keeps several.
        public let name: String
        /// Civil time, because monotonic time means nothing in another process.
        public let savedAt: Timestamp
        /// Nanoseconds that calls were still refused; nil when only an operator ends it.
        let remaining: Int64?
        /// Times it had reopened: the exponent of the backoff.
        let failedRecoveries: Int
        /// The code of the latest failure.
        let failureClass: String?
        /// The operator's reason, when the breaker was isolated.
        let isolation: String?

        private enum CodingKeys: String, CodingKey {
            case name, savedAt, remaining, failedRecoveries, failureClass, isolation
        }

        init(name: String, savedAt: Timestamp, remaining: Int64?, machine: BreakerMachine, isolation: String?) {
            self.name = name
            self.savedAt = savedAt
            self.remaining = remaining
            self.failedRecoveries = machine.failedRecoveries
            self.failureClass = (machine.streak.last ?? machine.lastFailure)?.failureClass.code
            self.isolation = isolation
        }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decode(String.self, forKey: .name)
            savedAt = Timestamp(nanosecondsSince1970: try values.decode(Int64.self, forKey: .savedAt))
            remaining = try values.decodeIfPresent(Int64.self, forKey: .remaining)
            failedRecoveries = max(0, try values.decode(Int.self, forKey: .failedRecoveries))
            failureClass = try values.decodeIfPresent(String.self, forKey: .failureClass)
            isolation = try values.decodeIfPresent(String.self, forKey: .isolation)
        }

        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(name, forKey: .name)
            try values.encode(savedAt.nanosecondsSince1970, forKey: .savedAt)
            try values.encodeIfPresent(remaining, forKey: .remaining)
            try values.encode(failedRecoveries, forKey: .failedRecoveries)
            try values.encodeIfPresent(failureClass, forKey: .failureClass)
            try values.encodeIfPresent(isolation, forKey: .isolation)
        }
    }

    /// What to give to ``restore(_:maxAge:)`` after the next start; nil when calls are admitted and nothing would be lost.
    public var savedState: SavedState? {
        let (machine, _, now) = preview()
        let timestamp = timestamp
        func state(until: MonotonicTime?, isolation: String? = nil) -> SavedState {
            let remaining = until.map { max(0, $0.duration(since: now).saturatingNanoseconds) }
            return SavedState(name: name, savedAt: timestamp, remaining: remaining, machine: machine, isolation: isolation)
        }
        return switch machine.phase {
        case .open(let opening): state(until: opening.until)
        case .halfOpen: state(until: now)
        case .isolated(let reason, let until): state(until: until, isolation: reason)
        case .closed, .disabled, .metricsOnly: nil
        }
    }

    /// Goes on where the process before left off, so that a deploy does not forget an outage.
    ///
    /// The open time goes on while the process is down, and is never longer than ``OpenTime/cap``; once over, the next
    /// caller is a probe. A wall clock that went back meanwhile counts as no time passed.
    ///
    /// - Parameter maxAge: of the state; an older one says nothing any more.
    /// - Returns: false, and nothing changed, if the state is too old, its isolation is over, or this breaker is not closed.
    @discardableResult
    public func restore(_ state: SavedState, maxAge: Duration) -> Bool {
        let age = max(.zero, timestamp.duration(since: state.savedAt))
        guard age <= maxAge else { return false }
        return restore(state, age: age)
    }
}

extension BreakerMachine {
    /// - Returns: whether the state was taken over.
    mutating func restore(_ state: Breaker.SavedState, age: Duration, at now: MonotonicTime) -> Bool {
        advance(to: now)
        guard phase == .closed else { return false }
        let left = state.remaining.map { max(0, $0.subtractingSaturating(age.saturatingNanoseconds)) }
        if let reason = state.isolation {
            if left == 0 { return false }
            isolate(reason: reason, until: left.map { now.advanced(by: .nanoseconds($0)) })
            return true
        }
        clearEvidence()
        failedRecoveries = state.failedRecoveries
        if let code = state.failureClass { lastFailure = Breaker.Failure(Breaker.FailureClass(code)) }
        let wait = min(left ?? 0, configuration.openTime.cap.saturatingNanoseconds)
        let opening = Opening(since: now, until: now.advanced(by: .nanoseconds(wait)), cause: .restored, isServersWish: false)
        totals.openings &+= 1
        move(to: .open(opening), .restored, openFor: .nanoseconds(wait), isAlert: false)
        return true
    }
}
