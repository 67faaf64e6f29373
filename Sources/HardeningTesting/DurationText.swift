import HardeningCore

/// How traces write a duration: a whole number of the largest unit that divides it, such as `90s` or `1min`.
enum DurationText {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
        ("us", 1000), ("ns", 1),
    ]

    static func written(_ duration: Duration) -> String { written(nanoseconds: duration.saturatingNanoseconds) }

    static func written(nanoseconds: Int64) -> String {
        for unit in units where nanoseconds != 0 && nanoseconds % unit.nanoseconds == 0 {
            return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
        }
        return "0s"
    }

    /// - Returns: nil for what is no unit.
    static func nanoseconds(in unit: Substring) -> Int64? { units.first { $0.name == unit }?.nanoseconds }
}
