/// The `Retry-After` response header (RFC 9110 §10.2.3).
enum RetryAfter {
    /// The longest wait believed: a provider that asks for more is asked again after a day.
    static let longest: Duration = .seconds(86_400)

    /// Reads the form in seconds.
    ///
    /// The form with a date is ignored: it compares the provider's clock with ours, and the
    /// providers send seconds. So is everything else, a sign or a fraction included.
    ///
    /// - Returns: zero up to ``longest``, or nil when the value is not a number of seconds.
    static func parse(_ value: some StringProtocol) -> Duration? {
        let digits = value.utf8.drop { $0 == 0x20 || $0 == 0x09 }
            .reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let longest = longest.components.seconds
        var seconds: Int64 = 0
        for digit in digits {
            seconds = min(longest, seconds * 10 + Int64(digit - 0x30))
        }
        return .seconds(seconds)
    }
}
