extension Catalog {
    /// Every code with its words in every language, for front ends that show the texts themselves.
    ///
    /// ```json
    /// {"errors": [{"code": "CARD_DECLINED", "status": 402, "retryable": false,
    ///   "title": {"en": "Payment required", "ar": "الدفع مطلوب"}, "message": {"en": "Card ending {last4} …"}, …}]}
    /// ```
    /// A text is a string; one that changes with a number is an object of its plural forms, with the
    /// parameter that chooses under `plural`; one that tells how long to wait has such an object for
    /// each unit and `unknown`. `otherwise` is the text for when a parameter is missing.
    ///
    /// - Complexity: linear in the catalogue; not for a request path.
    public var json: String {
        JSONText.object([("errors", .array(definitions.map(\.jsonText)))]).text
    }
}

extension ErrorDefinition {
    fileprivate var jsonText: JSONText {
        .object([
            ("code", .string(code)), ("status", .number(status)), ("retryable", .bool(isRetryable)), ("title", title.jsonText),
            ("message", message.jsonText), ("user_message", userMessage.jsonText),
            ("details", .array(detailNames.map(JSONText.string))),
        ])
    }
}

extension LocalizedText {
    fileprivate var jsonText: JSONText {
        .object(languages.compactMap { language in self[language].map { (language.tag, $0.jsonText) } })
    }
}

extension MessageTemplate {
    fileprivate var jsonText: JSONText {
        let otherwise = fallback.map { [("otherwise", JSONText.string($0.source))] } ?? []
        switch kind {
        case .plain(let pattern):
            return otherwise.isEmpty ? .string(pattern.source) : .object([("text", .string(pattern.source))] + otherwise)
        case .plural(let count, let texts):
            return .object([("plural", .string(count.name))] + texts.jsonMembers + otherwise)
        case .wait(let texts):
            let units = WaitUnit.allCases.map { unit in
                (unit.name, JSONText.object([("plural", .string(unit.parameterName))] + texts[unit].jsonMembers))
            }
            return .object([("wait", .object(units)), ("unknown", .string(texts.unknown.source))])
        }
    }
}

extension PluralTexts {
    fileprivate var jsonMembers: [(String, JSONText)] {
        PluralForm.allCases.compactMap { form in self[form].map { ("\(form)", .string($0.source)) } }
    }
}

extension WaitUnit {
    /// `seconds`, `minutes`, `hours` or `days`.
    var name: String { "\(self)" }
}
