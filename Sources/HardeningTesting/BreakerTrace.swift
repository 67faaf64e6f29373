public import CircuitBreaker

/// A course of events to run breakers through: calls, time and operators in, states and events out.
///
/// ```
/// acquire a → CLOSED
/// fail a → OPEN 30s; CLOSED→OPEN consecutive_failures alert
/// acquire b → refused 30s; OPEN 30s
/// advance 30s → HALF_OPEN
/// acquire b → probe; HALF_OPEN 1min; OPEN→HALF_OPEN open_time_over
/// succeed b → CLOSED; HALF_OPEN→CLOSED recovered
/// ```
/// It prints in that form and is read from it, so a failure can be pasted into a test. ``firstDifference(of:)`` compares a
/// breaker with what is written, ``firstDifference(of:from:)`` with ``ReferenceBreaker``; ``random(seed:steps:for:)`` makes
/// traces up.
public struct BreakerTrace: Sendable, Hashable {
    /// One thing that somebody does; calls go by labels of letters and digits.
    public enum Step: Sendable, Hashable {
        case acquire(String)
        case succeed(String)
        case fail(String, retryAfter: Duration?)
        case ignore(String)
        case cancel(String)
        /// Lets go of the permit without settling it.
        case drop(String)
        /// Both clocks go on; 0 or more.
        case advance(Duration)
        case stepWallClock(Duration)
        /// nil until released.
        case isolate(Duration?)
        case disable
        case measure
        case release
        case reset
    }

    /// What a breaker announces, without its times.
    public struct Event: Sendable, Hashable {
        public var from: Breaker.State
        public var to: Breaker.State
        public var cause: Breaker.Cause
        public var isAlert: Bool

        public init(from: Breaker.State, to: Breaker.State, cause: Breaker.Cause, isAlert: Bool) {
            self.from = from
            self.to = to
            self.cause = cause
            self.isAlert = isAlert
        }
    }

    /// What became of one step, and how the breaker stands after it.
    public struct Answer: Sendable, Hashable {
        public enum Verdict: Sendable, Hashable {
            /// Nothing to say beyond the state.
            case done
            /// The call was admitted as a probe.
            case probe
            /// nil when only an operator ends it.
            case refused(retryAfter: Duration?)
            /// The call settled too late to change anything.
            case late
            /// Not performed: the label is in use already, or names no call.
            case skipped
        }

        public var verdict: Verdict
        /// What the next caller would meet.
        public var state: Breaker.State
        /// How long the next caller would be refused.
        public var wait: Duration?
        /// The share of calls admitted after a recovery; nil when all are.
        public var rampPercent: Int?
        public var events: [Event]

        public init(
            _ verdict: Verdict, _ state: Breaker.State, wait: Duration? = nil, rampPercent: Int? = nil, events: [Event] = []
        ) {
            self.verdict = verdict
            self.state = state
            self.wait = wait
            self.rampPercent = rampPercent
            self.events = events
        }
    }

    /// A step, and what is expected of it.
    public struct Line: Sendable, Hashable {
        public var step: Step
        /// nil when anything will do.
        public var expected: Answer?

        public init(_ step: Step, expected: Answer? = nil) {
            self.step = step
            self.expected = expected
        }
    }

    public var lines: [Line]

    public init(_ lines: [Line]) {
        self.lines = lines
    }
}
