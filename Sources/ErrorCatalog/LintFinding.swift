/// One fault that ``CatalogLint`` found.
public struct LintFinding: Sendable, Hashable, CustomStringConvertible {
    public let rule: LintRule
    /// The code of the definition or field rule.
    public let code: String
    /// `title`, `message` or `user_message`; nil where the fault is not in a text.
    public let field: String?
    public let language: Language?
    /// What exactly, for a person.
    public let explanation: String

    public var description: String {
        let place = [code, field, language?.tag].compactMap(\.self).joined(separator: ".")
        return "\(rule.rawValue) \(place): \(explanation)"
    }
}
