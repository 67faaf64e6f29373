import HardeningCore

/// The generic cell rate algorithm: a steady rate with room for bursts, in one moment per client.
///
/// Every unit is a step of T = per / limit of the client's theoretical arrival time; a request passes if the step
/// leads no further than burst × T into the future. (ITU-T I.371, annex A; ATM Forum TM 4.0, section 4.4.2.)
///
/// **What it promises.** At most burst + ⌊w × limit / per⌋ units in any stretch of length w: of n units between the
/// first at s and the last at t, the arrival time is at least s + n × T and at most t + burst × T. In return the
/// client's use is smooth: no waiting for a whole window to pass, one unit is back every T.
///
/// All arithmetic is exact, in integers. T is the reduced fraction period / divisor; the debt of a client, how far its
/// arrival time lies ahead, is counted in nanoseconds / divisor, in which a unit costs `period`.
///
/// It holds no clock: `now` is an argument, and never smaller than in the call before.
struct GCRA: Sendable, Hashable, BitwiseCopyable {
    /// The theoretical arrival time: moment + fraction / divisor nanoseconds.
    struct Arrival: BitwiseCopyable {
        var moment: Int64 = 0
        var fraction: UInt32 = 0

        /// The first whole nanosecond not before it: from then on the client is as good as new.
        @inline(__always)
        var ceiling: Int64 { fraction == 0 ? moment : moment &+ 1 }
    }

    let period: Int64
    /// 1…4,294,967,295.
    let divisor: Int64
    /// 0 admits nothing.
    let burst: Int64

    init(period: Int64, divisor: Int64, burst: Int64) {
        self.period = period
        self.divisor = divisor
        self.burst = burst
    }

    /// - Parameter length: nanoseconds, at least 1.
    /// - Returns: nil when the limit or the burst does not fit 32 bits, or burst × T not its word or 366 days.
    init?(limit: Int, per length: Int64, burst: Int) {
        guard (0...Int(UInt32.max)).contains(limit), (0...Int(UInt32.max)).contains(burst), length > 0 else { return nil }
        guard limit > 0 else {
            self.init(period: 1, divisor: 1, burst: 0)
            return
        }
        let common = Self.greatestCommonDivisor(length, Int64(limit))
        self.init(period: length / common, divisor: Int64(limit) / common, burst: Int64(burst))
        guard !period.multipliedReportingOverflow(by: self.burst).overflow, refill <= WindowRule.maximumLength else { return nil }
    }

    /// How long a client who used the whole burst needs to be as good as new: burst × T, rounded up.
    var refill: Int64 { max(1, Self.quotientRoundedUp(period &* burst, divisor)) }

    private static func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    @inline(__always)
    static func quotientRoundedUp(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        dividend <= 0 ? 0 : (dividend &- 1) / divisor &+ 1
    }
}

// MARK: - Deciding

extension GCRA {
    /// How far the arrival time lies ahead, in nanoseconds / divisor.
    @inline(__always)
    func debt(_ arrival: Arrival, now: Int64) -> Int64 {
        let ahead = arrival.moment &- now
        return ahead < 0 ? 0 : ahead.multipliedSaturating(by: divisor).addingSaturating(Int64(arrival.fraction))
    }

    /// Units that are not yet back.
    @inline(__always)
    func used(_ debt: Int64) -> Int {
        // Idle clients, and those who keep to the rate, need no division.
        debt <= period ? (debt == 0 ? 0 : 1) : Int(Self.quotientRoundedUp(debt, period))
    }

    /// How long until everything is back.
    @inline(__always)
    func reset(_ arrival: Arrival, now: Int64) -> Int64 { max(0, arrival.ceiling &- now) }

    /// How long until everything is back for a client who has used nothing else.
    func reset(afterFirst cost: Int) -> Int64 {
        Self.quotientRoundedUp(period.multipliedSaturating(by: Int64(cost)), divisor)
    }

    /// 0 when there is room for the cost; otherwise how long until there is, rounded up to the nanosecond.
    ///
    /// - Parameter cost: 0…burst.
    @inline(__always)
    func wait(for cost: Int, debt: Int64) -> Int64 {
        let room = (burst &- Int64(cost)) &* period
        return debt <= room ? 0 : Self.quotientRoundedUp(debt &- room, divisor)
    }
}

// MARK: - Charging

extension GCRA {
    /// The arrival time after a request.
    ///
    /// - Parameter cost: 0…burst.
    @inline(__always)
    func charging(_ cost: Int, to arrival: Arrival, now: Int64) -> Arrival {
        let start = arrival.moment < now ? Arrival(moment: now, fraction: 0) : arrival
        // With a divisor of 1, and most rates of everyday have it, there is nothing to divide.
        let step = Int64(cost) &* period
        let whole = divisor == 1 ? step : step / divisor
        let fraction = Int64(start.fraction) &+ (step &- whole &* divisor)
        let carry: Int64 = fraction >= divisor ? 1 : 0
        return Arrival(
            moment: start.moment &+ whole &+ carry, fraction: UInt32(truncatingIfNeeded: fraction &- carry &* divisor))
    }

    /// The arrival time moved back by as many units, at most to now.
    ///
    /// - Returns: nil when nothing was used; otherwise also how many units came back.
    func refunding(_ units: Int, to arrival: Arrival, now: Int64) -> (arrival: Arrival, units: Int)? {
        let debt = debt(arrival, now: now)
        let used = used(debt)
        if used == 0 { return nil }
        if units >= used { return (Arrival(moment: now), used) }
        let left = debt &- Int64(units) &* period
        return (Arrival(moment: now &+ left / divisor, fraction: UInt32(truncatingIfNeeded: left % divisor)), units)
    }

    /// The arrival time, at most a whole burst ahead of now.
    func capped(_ arrival: Arrival, now: Int64) -> Arrival {
        let most = period &* burst
        if debt(arrival, now: now) <= most { return arrival }
        return Arrival(moment: now &+ most / divisor, fraction: UInt32(truncatingIfNeeded: most % divisor))
    }

    /// The arrival time of a client with this history under this rule; at most a whole burst ahead of now.
    func arrival(after history: ClientHistory, now: Int64) -> Arrival {
        var arrival: Int128 = 0
        for entry in history.entries {
            arrival = max(arrival, Int128(entry.moment) * Int128(divisor)) + Int128(entry.units) * Int128(period)
        }
        arrival = min(arrival, Int128(now) * Int128(divisor) + Int128(period) * Int128(burst))
        return Arrival(
            moment: Int64(truncatingIfNeeded: arrival / Int128(divisor)), fraction: UInt32(truncatingIfNeeded: arrival % Int128(divisor)))
    }
}
