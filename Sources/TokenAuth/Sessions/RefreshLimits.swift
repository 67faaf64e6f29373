import HardeningCore

/// How long a session may go on being refreshed.
public struct RefreshLimits: Sendable, Hashable {
    /// A session that is not refreshed for this long ends; 7 days by default.
    public var idle: Duration
    /// A session ends this long after sign-in, however busy; 30 days by default.
    ///
    /// That is what NIST SP 800-63B suggests for its first assurance level. Take 24 hours or less where money moves.
    public var absolute: Duration
    /// How long the immediate parent of the newest token is answered with that same newest token; 10 s by
    /// default: a lost response, a double click, two tabs.
    ///
    /// A thief who is faster than this gains nothing
    /// that the newest token would not give him. Zero turns it off.
    public var replayGrace: Duration

    public init(idle: Duration = .seconds(7 * 86_400), absolute: Duration = .seconds(30 * 86_400), replayGrace: Duration = .seconds(10)) {
        self.idle = max(.seconds(1), idle)
        self.absolute = max(.seconds(1), absolute)
        self.replayGrace = max(.zero, replayGrace)
    }
}
