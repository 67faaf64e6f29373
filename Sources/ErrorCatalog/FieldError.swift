/// One field of a request that breaks a rule.
///
/// It has no place for the offending value, so that a password or a card number cannot be echoed:
/// the pointer says which field, the rule says what is allowed.
public struct FieldError: Sendable, Hashable {
    /// Which field of the request: `/items/2/quantity`.
    public let pointer: JSONPointer
    /// What the field must be.
    public let rule: FieldRule

    public init(_ pointer: JSONPointer, _ rule: FieldRule) {
        self.pointer = pointer
        self.rule = rule
    }
}
