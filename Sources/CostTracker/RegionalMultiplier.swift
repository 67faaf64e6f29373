/// What processing in a region costs, as a fraction of the listed rate: `us:1.1` is 11/10.
struct RegionalMultiplier: Sendable, Hashable {
    let region: String
    let numerator: Int64
    /// Above zero.
    let denominator: Int64

    /// - Parameter factor: a decimal factor above zero, read as an amount of money so that it is exact.
    init(region: String, exactly factor: Money) {
        self.region = region
        var (numerator, denominator): (Int64, Int64) = (factor.picoUSD, 1_000_000_000_000)
        while numerator % 10 == 0, denominator > 1 {
            numerator /= 10
            denominator /= 10
        }
        (self.numerator, self.denominator) = (numerator, denominator)
    }
}
