import HardeningCore

extension Breaker {
    /// When a breaker opens, for how long, and how it recovers.
    ///
    /// Checked once, when it is made.
    public struct Configuration: Sendable, Hashable {
        public let trip: TripRules
        public let openTime: OpenTime
        public let recovery: Recovery
        /// A caller that gives up after waiting longer than this is evidence against the dependency.
        ///
        /// nil, the default, makes every cancellation by the caller neutral. When set, every call is
        /// stamped with its start, which costs one clock read.
        public let hangThreshold: Duration?
        /// Which calls are counted for metrics.
        public let metering: Metering

        /// Checks every value and every combination.
        ///
        /// Use it for values that come from outside; ``preset(failures:openFor:)`` is for literals.
        ///
        /// - Throws: ``ConfigurationError``, which names the first value that makes no sense.
        public init(
            trip: TripRules = .consecutiveFailures(5),
            openTime: OpenTime = OpenTime(base: .seconds(30)),
            recovery: Recovery = Recovery(),
            hangThreshold: Duration? = nil,
            metering: Metering = .exceptions
        ) throws(ConfigurationError) {
            self.init(unchecked: trip, openTime: openTime, recovery: recovery, hangThreshold: hangThreshold, metering: metering)
            if let error = firstError { throw error }
        }

        /// - Parameter trip: like the rest, already known to be valid.
        init(unchecked trip: TripRules, openTime: OpenTime, recovery: Recovery, hangThreshold: Duration?, metering: Metering) {
            self.trip = trip
            self.openTime = openTime
            self.recovery = recovery
            self.hangThreshold = hangThreshold
            self.metering = metering
        }

        /// Whether a success of a breaker without failures changes something.
        var recordsSuccesses: Bool { trip.recordsSuccesses || metering == .everyCall }
    }
}

extension Breaker.Configuration {
    /// The widths of the fields of `StateWord`.
    static let countRange = 1...4095
    static let probeRange = 1...255

    private var firstError: Breaker.ConfigurationError? {
        func error(_ code: Breaker.ConfigurationError.Code, _ description: String) -> Breaker.ConfigurationError {
            Breaker.ConfigurationError(code: code, description: description)
        }
        if let error = trip.firstError ?? recovery.ramp?.firstError { return error }
        if !openTime.base.isPositiveAndFinite {
            return error(.openTime, "the open time must be positive and finite")
        }
        if openTime.cap < openTime.base || !openTime.cap.isPositiveAndFinite {
            return error(.openTimeCap, "the cap of the open time must be finite and not below the open time")
        }
        if !(1...100).contains(openTime.backoffFactor) {
            return error(.backoffFactor, "the backoff factor must be 1…100")
        }
        if !(0...100).contains(openTime.jitterPercent) {
            return error(.jitter, "the jitter must be 0…100 percent")
        }
        if !Self.probeRange.contains(recovery.maxProbes) {
            return error(.maxProbes, "the number of probes at a time must be 1…255")
        }
        if !Self.countRange.contains(recovery.successThreshold) {
            return error(.successThreshold, "the number of successful probes must be 1…4095")
        }
        if !(0...4095).contains(recovery.toleratedFailures) {
            return error(.toleratedFailures, "the number of tolerated probe failures must be 0…4095")
        }
        if !recovery.probeLease.isPositiveAndFinite {
            return error(.probeLease, "the lease of a probe must be positive and finite")
        }
        if let hangThreshold, !hangThreshold.isPositiveAndFinite {
            return error(.hangThreshold, "the hang threshold must be positive and finite")
        }
        return nil
    }
}

extension Duration {
    /// At least a nanosecond and shorter than what 64 bits of nanoseconds hold (292 years).
    var isPositiveAndFinite: Bool {
        (1..<Int64.max).contains(saturatingNanoseconds)
    }
}
