/// Finds what a compiler cannot see in the words of a catalogue. Run it in a test of your own:
///
/// ```swift
/// #expect(CatalogLint.findings(in: myDefinitions) == [])
/// ```
/// Not for a request path: it builds strings, and takes milliseconds for a hundred definitions.
public enum CatalogLint {
    /// Every fault of these definitions and field rules, in their order.
    public static func findings(in definitions: [ErrorDefinition], fieldRules: [FieldRule] = []) -> [LintFinding] {
        var findings = codeFindings(definitions.map(\.code)) + codeFindings(fieldRules.map(\.code))
        for definition in definitions {
            if !ErrorDefinition.statuses.contains(definition.status) {
                findings.append(
                    LintFinding(
                        rule: .statusOutOfRange, code: definition.code, field: nil, language: nil,
                        explanation: "\(definition.status) is not between 400 and 599"))
            }
            findings += TextLint(code: definition.code, field: "title", text: definition.title, isConstant: true).findings()
            findings += TextLint(code: definition.code, field: "message", text: definition.message).findings()
            findings += TextLint(code: definition.code, field: "user_message", text: definition.userMessage).findings()
        }
        for rule in fieldRules {
            findings += TextLint(code: rule.code, field: "message", text: rule.message).findings()
        }
        return findings
    }

    private static func codeFindings(_ codes: [String]) -> [LintFinding] {
        var seen: Set<String> = []
        var findings: [LintFinding] = []
        func report(_ rule: LintRule, _ code: String, _ explanation: String) {
            findings.append(LintFinding(rule: rule, code: code, field: nil, language: nil, explanation: explanation))
        }
        for code in codes {
            if !seen.insert(code).inserted { report(.duplicateCode, code, "defined twice") }
            if !ErrorDefinition.isWellFormed(code: code) {
                report(.malformedCode, code, "not 2 to 64 of A-Z, 0-9 and _, starting with a letter")
            }
        }
        return findings
    }
}
