/// The unit in which a wait is told to a person.
enum WaitUnit: Int, Sendable, Hashable, CaseIterable {
    case seconds, minutes, hours, days

    var parameterName: String {
        switch self {
        case .seconds: "retry_after_seconds"
        case .minutes: "retry_after_minutes"
        case .hours: "retry_after_hours"
        case .days: "retry_after_days"
        }
    }

    /// The unit a person would choose: up to 90 seconds in seconds, up to 90 minutes in minutes, up to two days in hours.
    init(for seconds: Int) {
        switch seconds {
        case ...90: self = .seconds
        case ...5400: self = .minutes
        case ...172_800: self = .hours
        default: self = .days
        }
    }

    /// `seconds` in this unit, rounded up: nobody is told to come too early.
    func count(of seconds: Int) -> Int {
        let length =
            switch self {
            case .seconds: 1
            case .minutes: 60
            case .hours: 3600
            case .days: 86_400
            }
        return seconds / length + (seconds % length > 0 ? 1 : 0)
    }
}
