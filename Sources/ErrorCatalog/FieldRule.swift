/// A rule that a field can break: a stable code, a sentence in both languages, and the rule's own limits.
///
/// Add your own as static members. Parameters are what the rule allows, never what was sent.
public struct FieldRule: Sendable, Hashable {
    /// The stable name that clients branch on: `TOO_LONG`.
    public let code: String
    /// A sentence for the person who filled in the field.
    public let message: LocalizedText
    /// The rule's limits, which fill ``message``.
    public let parameters: DetailFields
    let escapedCode: [UInt8]

    /// - Parameters:
    ///   - code: 2…64 of `A-Z 0-9 _`, starting with a letter. Stable for ever.
    ///   - message: may use the names of `parameters` as holes.
    ///   - parameters: what the rule allows.
    public init(_ code: String, message: LocalizedText, _ parameters: DetailFields = [:]) {
        self.code = code
        self.message = message
        self.parameters = parameters
        escapedCode = JSONBuffer.escape(code)
    }

    /// The same rule with other limits.
    ///
    /// Templates are parsed once, in the rule that this copies.
    public func with(_ parameters: DetailFields) -> FieldRule {
        FieldRule(code: code, message: message, parameters: parameters, escapedCode: escapedCode)
    }

    private init(code: String, message: LocalizedText, parameters: DetailFields, escapedCode: [UInt8]) {
        self.code = code
        self.message = message
        self.parameters = parameters
        self.escapedCode = escapedCode
    }
}
