/// One field of a request that breaks a rule.
///
/// It has no place for the offending value, so that a password or a card number cannot be echoed:
/// the pointer says which field, the rule says what is allowed.
public struct FieldError: Sendable, Hashable {
    public let pointer: JSONPointer
    public let rule: FieldRule

    public init(_ pointer: JSONPointer, _ rule: FieldRule) {
        self.pointer = pointer
        self.rule = rule
    }
}
