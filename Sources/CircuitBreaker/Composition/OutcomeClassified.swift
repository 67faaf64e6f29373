/// An error that knows what it says about the health of a dependency.
///
/// A breaker asks it instead of counting every error as a failure. Conform the refusal of your own rate limiter or
/// validator and answer ``Breaker/Outcome/ignored``: then a call that was never made neither opens a breaker nor spends
/// a probe. Not for errors of the dependency that depend on the request; judge those where the breaker is made.
public protocol OutcomeClassified: Error {
    /// What the breaker counts for a call that threw this.
    var breakerOutcome: Breaker.Outcome { get }
}

/// Made no call: says nothing about the dependency of the breaker around it.
extension Breaker.Rejection: OutcomeClassified {
    public var breakerOutcome: Breaker.Outcome { .ignored }
}

/// Made no call.
extension BulkheadFull: OutcomeClassified {
    public var breakerOutcome: Breaker.Outcome { .ignored }
}

/// The dependency kept an attempt waiting for all the time it is given.
extension TimeoutError: OutcomeClassified {
    public var breakerOutcome: Breaker.Outcome { .failure(.timeout) }
}

/// A failure if a call was made and cut off, and nothing otherwise.
extension DeadlineExceeded: OutcomeClassified {
    public var breakerOutcome: Breaker.Outcome { callWasMade ? .failure(.timeout) : .ignored }
}
