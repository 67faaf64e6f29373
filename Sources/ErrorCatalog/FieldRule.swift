/// A rule that a field can break: a stable code, a sentence in both languages, and the rule's own limits.
///
/// Add your own as static members. Parameters are what the rule allows, never what was sent.
public struct FieldRule: Sendable, Hashable {
    public let code: String
    public let message: LocalizedText
    public let parameters: DetailFields
    let escapedCode: [UInt8]

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
