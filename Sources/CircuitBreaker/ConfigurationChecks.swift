import HardeningCore

extension Breaker.TripRules {
    /// What is wrong with the rules, first things first.
    var firstError: Breaker.ConfigurationError? {
        func error(_ code: Breaker.ConfigurationError.Code, _ description: String) -> Breaker.ConfigurationError {
            Breaker.ConfigurationError(code: code, description: description)
        }
        if consecutiveFailures == nil && shares.isEmpty && overdue == nil {
            return error(.noTripRule, "a breaker without a rule never opens")
        }
        if let consecutiveFailures, !Breaker.Configuration.countRange.contains(consecutiveFailures) {
            return error(.failureThreshold, "the number of consecutive failures must be 1…4095")
        }
        if shares.count > 4 { return error(.shareCount, "there must be at most 4 rules about shares") }
        for share in shares {
            if let error = share.firstError { return error }
        }
        if let overdue {
            if !(1...255).contains(overdue.calls) { return error(.overdueCalls, "the number of overdue calls must be 1…255") }
            if !overdue.limit.isPositiveAndFinite {
                return error(.overdueLimit, "the limit of calls in flight must be positive and finite")
            }
        }
        return nil
    }
}

extension Breaker.TripRules.Share {
    fileprivate var firstError: Breaker.ConfigurationError? {
        func error(_ code: Breaker.ConfigurationError.Code, _ description: String) -> Breaker.ConfigurationError {
            Breaker.ConfigurationError(code: code, description: description)
        }
        if !(1...100).contains(percent) { return error(.sharePercent, "a share must be 1…100 percent") }
        if minCalls < 1 { return error(.shareMinCalls, "a share needs at least one call") }
        switch window {
        case .calls(let count):
            if !(1...65_536).contains(count) { return error(.window, "a window must hold 1…65,536 calls") }
            if minCalls > count { return error(.shareMinCalls, "a share cannot need more calls than its window holds") }
        case .time(let length, let buckets):
            if !length.isPositiveAndFinite { return error(.window, "a time window must be positive and finite") }
            if !(1...3_600).contains(buckets) || length.saturatingNanoseconds < Int64(buckets) {
                return error(.window, "a time window must have 1…3,600 parts of at least a nanosecond")
            }
        }
        if let slowThreshold, !slowThreshold.isPositiveAndFinite {
            return error(.slowThreshold, "the slow threshold must be positive and finite")
        }
        return nil
    }
}

extension Breaker.Ramp {
    var firstError: Breaker.ConfigurationError? {
        let isRising = zip(percents, percents.dropFirst()).allSatisfy { $0 < $1 }
        if !(1...16).contains(percents.count) || !isRising || !percents.allSatisfy({ (1...99).contains($0) }) {
            return Breaker.ConfigurationError(code: .rampPercents, description: "a ramp must have 1…16 rising steps of 1…99 percent")
        }
        if !step.isPositiveAndFinite {
            return Breaker.ConfigurationError(code: .rampStep, description: "the step of a ramp must be positive and finite")
        }
        return nil
    }
}
