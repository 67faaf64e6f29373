import HardeningCore

/// One rule about a share, and the calls it is taken of.
package struct ShareMeter: Sendable, Hashable {
    let percent: Int
    let minCalls: Int
    /// nil when failures are the hits.
    let slowThreshold: Int64?
    /// Exactly one of the two is there.
    private var calls: BitRing?
    private var time: BucketRing?

    init(_ share: Breaker.TripRules.Share) {
        percent = share.percent
        minCalls = share.minCalls
        slowThreshold = share.slowThreshold?.saturatingNanoseconds
        switch share.window {
        case .calls(let count): calls = BitRing(capacity: count)
        case .time(let length, let buckets): time = BucketRing(length: length.saturatingNanoseconds, parts: buckets)
        }
    }

    /// Calls in the window.
    package var count: Int { calls?.count ?? time?.count ?? 0 }
    /// Those of them that failed, or were slow.
    package var hits: Int { calls?.hits ?? time?.hits ?? 0 }

    var cause: Breaker.Cause { slowThreshold == nil ? .failureShare : .slowShare }

    /// Whether the breaker opens.
    var isMet: Bool {
        let count = count
        guard count >= minCalls else { return false }
        let (hits, calls) = (hits.multipliedFullWidth(by: 100), count.multipliedFullWidth(by: percent))
        return (hits.high, hits.low) >= (calls.high, calls.low)
    }

    /// Whether a success that is not slow might meet the rule; true in vain when it displaces a failure.
    var mayBeMetBySuccess: Bool {
        let hits = hits
        if hits == 0 { return false }
        let count = min(count + 1, calls?.capacity ?? .max)
        return count >= minCalls && Int64(hits).multipliedSaturating(by: 100) >= Int64(count).multipliedSaturating(by: Int64(percent))
    }

    /// The share as it is compared; nil below `minCalls`.
    var rate: Breaker.Snapshot.Rate {
        Breaker.Snapshot.Rate(
            cause: cause, hits: hits, calls: count, minCalls: minCalls, limitPercent: percent
        )
    }

    /// - Parameter duration: nanoseconds the call took.
    mutating func record(isFailure: Bool, duration: Int64, at now: MonotonicTime) {
        let isHit = slowThreshold.map { duration >= $0 } ?? isFailure
        if calls != nil {
            calls?.add(isHit: isHit)
        } else {
            time?.add(isHit: isHit, at: now)
        }
    }

    mutating func advance(to now: MonotonicTime) {
        time?.advance(to: now)
    }
}
