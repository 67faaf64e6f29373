public import RateLimit

/// A course of events to run limiters through: calls and clock steps, in order.
///
/// ```
/// policy chat 3/1min 5/1h
/// admit 2 chat/ann
/// advance 59s
/// admit 2 chat/ann
/// ```
/// It prints in that form and is read from it, so a failure can be pasted into a test. ``random(seed:steps:)``
/// makes them up, ``firstDifference(of:)`` compares a limiter with ``ReferenceLimiter``, ``shrunk(while:)``
/// leaves the few steps that matter.
public struct RateLimitTrace: Sendable, Hashable {
    /// A policy of the trace and a client.
    public struct Target: Sendable, Hashable {
        /// Index into ``RateLimitTrace/policies``.
        public var policy: Int
        public var client: String

        public init(policy: Int, client: String) {
            self.policy = policy
            self.client = client
        }
    }

    public enum Step: Sendable, Hashable {
        case admit(cost: Int, [Target])
        case refund(cost: Int, [Target])
        /// Holds units under a label that ``commit(label:actual:)`` names.
        case reserve(label: Int, cost: Int, [Target])
        case commit(label: Int, actual: Int)
        case cancel(label: Int)
        /// Both clocks go on; 0 or more.
        case advance(Duration)
        case stepWallClock(Duration)
        /// The monotonic clock alone, also back, which no real one does.
        case stepMonotonicClock(Duration)
        /// Other limits for a policy's windows, shortest first, of the same lengths.
        case limits(policy: Int, [Int])

        public static func peek(_ targets: [Target]) -> Step { .admit(cost: 0, targets) }
    }

    /// Policies at the start, named in letters, digits, `-` and `_`.
    public var policies: [RateLimitPolicy]
    public var steps: [Step]

    public init(policies: [RateLimitPolicy], steps: [Step]) {
        self.policies = policies
        self.steps = steps
    }

    /// What became of one step.
    public struct Outcome: Sendable, Hashable {
        public enum Verdict: Sendable, Hashable {
            case admitted
            /// Nanoseconds until the same request passes; nil for never.
            case refused(retry: Int64?)
            /// Whether there was something to settle.
            case settled(Bool)
            /// The step answers nothing.
            case silent
        }

        /// How a window stood after the step; times in nanoseconds.
        public struct Window: Sendable, Hashable {
            public var policy: String
            public var limit: Int
            public var used: Int
            public var reset: Int64
            public var isViolated: Bool
        }

        public var verdict: Verdict
        public var windows: [Window]

        init(_ verdict: Verdict, _ windows: [Window] = []) {
            self.verdict = verdict
            self.windows = windows
        }
    }
}

extension RateLimitTrace.Outcome.Verdict {
    /// This refusal or that one: never beats later, and later beats sooner.
    func later(of retry: Int64?) -> Self {
        switch (self, retry) {
        case (.refused(retry: nil), _), (_, nil): .refused(retry: nil)
        case (.refused(retry: let own?), let other?): .refused(retry: max(own, other))
        case (_, let other?): .refused(retry: other)
        }
    }
}

extension RateLimitTrace.Outcome: CustomStringConvertible {
    /// `refused, retry in 59s: chat 3/3 resets in 59s (violated), chat 3/5 resets in 3599s`.
    public var description: String {
        let answer =
            switch verdict {
            case .admitted: "admitted"
            case .refused(let retry): retry.map { "refused, retry in \(DurationText.written(nanoseconds: $0))" } ?? "refused for ever"
            case .settled(let isSettled): isSettled ? "settled" : "nothing to settle"
            case .silent: "-"
            }
        let standing = windows.map {
            "\($0.policy) \($0.used)/\($0.limit) resets in \(DurationText.written(nanoseconds: $0.reset))\($0.isViolated ? " (violated)" : "")"
        }
        return standing.isEmpty ? answer : "\(answer): \(standing.joined(separator: ", "))"
    }
}
