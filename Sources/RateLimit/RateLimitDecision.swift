/// What a limiter answers.
///
/// Both answers carry the quota: clients are told what is left with a 200 as well as with a 429.
public enum RateLimitDecision: Sendable {
    case admitted(Quota)
    case refused(Refusal)

    public var isAdmitted: Bool {
        switch self {
        case .admitted: true
        case .refused: false
        }
    }

    public var quota: Quota {
        switch self {
        case .admitted(let quota): quota
        case .refused(let refusal): refusal.quota
        }
    }

    /// Nil when the request was admitted.
    public var refusal: Refusal? {
        switch self {
        case .admitted: nil
        case .refused(let refusal): refusal
        }
    }
}
