/// A promise of a protocol that an implementation did not keep.
public struct ConformanceViolation: Sendable, Hashable, CustomStringConvertible {
    /// The promise, as one sentence.
    public let promise: String
    /// What was seen instead.
    public let observation: String

    public var description: String { "\(promise): \(observation)" }
}
