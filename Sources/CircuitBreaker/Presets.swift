extension Breaker.Configuration {
    /// Opens after `failures` in a row for `openFor`, then lets one probe at a time through.
    ///
    /// Meant for literals, so it does not throw: a value that makes no sense is brought to the nearest
    /// one that does (0 failures to 1, a negative time to a nanosecond). For values from a
    /// configuration file use ``init(trip:openTime:recovery:hangThreshold:metering:)``, which refuses them.
    ///
    /// - Parameters:
    ///   - failures: 1…4095.
    ///   - openFor: positive and finite. A longer `Retry-After` is honoured up to an hour.
    public static func preset(failures: Int, openFor: Duration) -> Self {
        let base = min(max(.nanoseconds(1), openFor), .nanoseconds(Int64.max - 1))
        return Self(
            unchecked: .consecutiveFailures(min(max(countRange.lowerBound, failures), countRange.upperBound)),
            openTime: Breaker.OpenTime(base: base), recovery: Breaker.Recovery(), hangThreshold: nil, metering: .exceptions
        )
    }

    /// 3 failures, 30 seconds: calls are slow and dear, so an outage is recognised early.
    public static let claude = preset(failures: 3, openFor: .seconds(30))
    /// 3 failures, 30 seconds.
    public static let openai = preset(failures: 3, openFor: .seconds(30))
    /// 5 failures, 10 seconds: a restarted database is back soon.
    public static let database = preset(failures: 5, openFor: .seconds(10))
    /// 5 failures, 120 seconds: nodes that fall behind need minutes to catch up.
    public static let blockchain = preset(failures: 5, openFor: .seconds(120))
    /// 5 failures, 60 seconds: a payment provider.
    public static let paymob = preset(failures: 5, openFor: .seconds(60))

    /// The presets by the name of the dependency.
    public static let presets: [String: Self] = [
        "claude": claude, "openai": openai, "database": database, "blockchain": blockchain, "paymob": paymob,
    ]
}
