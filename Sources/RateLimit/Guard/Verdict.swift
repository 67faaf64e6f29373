extension AbuseGuard {
    /// What the guard says about a request.
    public enum Verdict: Sendable, Hashable {
        /// On to the limits.
        case pass
        /// On to the limits, and into the log.
        case log(AbuseReason)
        /// On to the limits after this delay.
        case slow(Duration, AbuseReason)
        /// No further.
        ///
        /// - `retryAfter`: when the same request may pass, if waiting helps: exactly then, one nanosecond earlier not.
        case refuse(AbuseReason, retryAfter: Duration?)

        public var reason: AbuseReason? {
            switch self {
            case .pass: nil
            case .log(let reason), .slow(_, let reason), .refuse(let reason, _): reason
            }
        }

        public var isRefusal: Bool {
            if case .refuse = self { true } else { false }
        }
    }
}

extension AbuseGuard.Verdict {
    private var severity: Int {
        switch self {
        case .pass: 0
        case .log: 1
        case .slow: 2
        case .refuse: 3
        }
    }

    /// The harsher one; of two equal ones the earlier.
    func orHarsher(_ later: AbuseGuard.Verdict) -> AbuseGuard.Verdict {
        later.severity > severity ? later : self
    }

    var eventKind: AbuseEvent.Kind? {
        switch self {
        case .pass: nil
        case .log: .logged
        case .slow: .slowed
        case .refuse: .refused
        }
    }
}
