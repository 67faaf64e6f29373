/// The state of a breaker in 64 bits, so that one atomic load answers the common questions.
///
/// From the low end: state 4 bits, probes in flight 8, consecutive failures 12, generation 40.
///
/// The holder of the lock is the only writer and publishes the word whole; readers load it and never
/// compare-and-swap, so no stale reader can undo a newer state.
///
/// The generation wraps after 2⁴⁰ transitions, about 35 years at a thousand a second. A call that
/// outlived all of them would be taken for a current one of the closed state, where it could count as
/// one failure or one success like any other. Probes are not recognised by it alone: they carry a
/// 64-bit number of their own, so a wrap can neither lose a permit nor hand one back twice.
package struct StateWord: Sendable, Hashable {
    package let rawValue: UInt64

    package static let generationMask: UInt64 = (1 << 40) - 1
    private static let failureMask: UInt64 = (1 << 12) - 1
    private static let probeMask: UInt64 = (1 << 8) - 1
    private static let stateMask: UInt64 = (1 << 4) - 1

    /// Zero, so that ``idle(generation:)`` is a shift.
    private static let closed: UInt64 = 0
    private static let disabled: UInt64 = 1
    private static let recording: UInt64 = 2
    private static let deciding: UInt64 = 3
    private static let open: UInt64 = 4
    private static let halfOpen: UInt64 = 5
    private static let isolated: UInt64 = 6
    private static let metricsOnly: UInt64 = 7

    /// What a closed breaker wants to hear of.
    package enum Closed: Sendable, Hashable {
        /// A success while there is no failure changes nothing.
        case silent
        /// Every outcome changes something.
        case recording
        /// Admission too is decided under the lock.
        case deciding
    }

    @inline(__always)
    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Counts that do not fit are shown as the largest that does.
    package init(state: Breaker.State, generation: UInt64, failures: Int, probes: Int, closed: Closed = .silent) {
        let code =
            switch state {
            case .closed:
                switch closed {
                case .silent: Self.closed
                case .recording: Self.recording
                case .deciding: Self.deciding
                }
            case .disabled: Self.disabled
            case .open: Self.open
            case .halfOpen: Self.halfOpen
            case .isolated: Self.isolated
            case .metricsOnly: Self.metricsOnly
            }
        rawValue =
            code | min(UInt64(max(0, probes)), Self.probeMask) << 4
            | min(UInt64(max(0, failures)), Self.failureMask) << 12
            | (generation & Self.generationMask) << 24
    }

    /// Closed without a failure in `generation`: a success changes nothing.
    @inline(__always)
    static func idle(generation: UInt64) -> StateWord {
        StateWord(rawValue: generation << 24)
    }

    @inline(__always) package var generation: UInt64 { rawValue >> 24 }
    /// Closed or disabled, and nothing to decide.
    @inline(__always) package var admitsFreely: Bool { rawValue & Self.stateMask <= Self.recording }
    @inline(__always) package var isOpen: Bool { rawValue & Self.stateMask == Self.open }
    /// Closed, whatever time it is.
    @inline(__always) package var isClosed: Bool {
        let state = rawValue & Self.stateMask
        return state == Self.closed || state == Self.recording
    }
    package var failures: Int { Int((rawValue >> 12) & Self.failureMask) }
    package var probes: Int { Int((rawValue >> 4) & Self.probeMask) }
    package var isIdle: Bool { self == .idle(generation: generation) }
}
