import HardeningCore

extension JSONBuffer {
    /// Writes RFC 3339 in UTC with milliseconds, as `Timestamp` describes itself, without a string in between.
    mutating func append(_ moment: Timestamp) {
        moment.writeRFC3339(to: reserve(24))
    }
}
