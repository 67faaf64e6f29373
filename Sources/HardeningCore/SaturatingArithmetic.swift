extension Int64 {
    /// The sum, or the nearest representable value when it does not fit.
    ///
    /// Times and waits use this everywhere: a deadline "never" plus a second is still "never",
    /// and a hostile duration cannot trap a server.
    @inlinable
    package func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the nearest representable value when it does not fit.
    @inlinable
    package func subtractingSaturating(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// The product, or the nearest representable value when it does not fit.
    @inlinable
    package func multipliedSaturating(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}

extension Duration {
    /// Whole nanoseconds, truncated toward zero; durations beyond ±292 years become the extremes.
    @inlinable
    package var saturatingNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedSaturating(by: 1_000_000_000)
            .addingSaturating(attoseconds / 1_000_000_000)
    }
}
