/// The rules of ``CatalogLint`` that look at one text in all its languages.
struct TextLint {
    let code: String
    let field: String
    let text: LocalizedText
    var isConstant = false

    func findings() -> [LintFinding] {
        var findings: [LintFinding] = []
        for language in text.languages {
            guard let template = text[language] else { continue }
            func report(_ rule: LintRule, _ explanation: String) {
                findings.append(LintFinding(rule: rule, code: code, field: field, language: language, explanation: explanation))
            }
            for sentence in template.sentences { check(sentence.pattern, language, report) }
            for texts in template.pluralTexts {
                for form in language.pluralRule.forms where texts[form] == nil { report(.missingPluralForm, "no text for \(form)") }
            }
            if isConstant, !template.isConstant { report(.titleNotConstant, "a title has no holes and no plural forms") }
            if language != .english { compare(template, with: text.english, report) }
        }
        return findings
    }

    /// One sentence by itself.
    private func check(_ pattern: MessagePattern, _ language: Language, _ report: (LintRule, String) -> Void) {
        let source = pattern.source
        if source.allSatisfy(\.isWhitespace) { return report(.emptyText, "nothing but blanks") }
        if pattern.isMalformed { report(.malformedPlaceholder, source) }
        if let evidence = Mojibake.evidence(in: source) { report(.mojibake, "\"\(evidence)\" in \(source)") }
        if !DirectionalBalance.isBalanced(source) { report(.unbalancedIsolates, source) }
        guard language == .arabic else { return }
        let words = String(decoding: pattern.text, as: UTF8.self)
        if !words.unicodeScalars.contains(where: Self.isArabicLetter) { report(.arabicWithoutArabicLetters, source) }
        if words.contains(where: { ",;?".contains($0) }) { report(.latinPunctuationInArabic, source) }
    }

    /// A translation against the English text it translates.
    private func compare(_ template: MessageTemplate, with english: MessageTemplate, _ report: (LintRule, String) -> Void) {
        if let same = template.mainSources.first(where: english.mainSources.contains) { report(.equalTexts, same) }
        if let fallback = template.fallback, fallback.source == english.fallback?.source { report(.equalTexts, fallback.source) }

        // The fullest sentence says what the holes are; the others may only leave out the count.
        let expected = english.holes
        for sentence in english.sentences + template.sentences {
            let holes = Set(sentence.pattern.placeholders.map(\.canonicalName))
            let required: Set<String>
            switch sentence.role {
            case .main: required = expected
            case .small(let count): required = expected.subtracting([count])
            case .fallback: continue
            }
            let missing = required.subtracting(holes)
            let foreign = holes.subtracting(expected)
            if !missing.isEmpty || !foreign.isEmpty {
                let names = missing.sorted().map { "no {\($0)}" } + foreign.sorted().map { "unexpected {\($0)}" }
                report(.placeholdersDiffer, names.joined(separator: ", ") + " in " + sentence.pattern.source)
            }
        }
        let fallbackHoles = Set(template.fallback?.placeholders.map(\.canonicalName) ?? [])
        if let other = english.fallback, Set(other.placeholders.map(\.canonicalName)) != fallbackHoles || template.fallback == nil {
            report(.placeholdersDiffer, "the text for missing values differs from the English one")
        }
    }

    private static func isArabicLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0620...0x064A, 0x066E...0x06D3, 0x06FA...0x06FC, 0x0750...0x077F: true
        default: false
        }
    }
}

/// A template taken apart for the lint.
extension MessageTemplate {
    enum SentenceRole {
        case main
        /// Zero, one or two of a count that the sentence may leave out.
        case small(count: String)
        case fallback
    }

    var sentences: [(pattern: MessagePattern, role: SentenceRole)] {
        var sentences: [(pattern: MessagePattern, role: SentenceRole)] = []
        func add(_ texts: PluralTexts, _ count: String) {
            for form in PluralForm.allCases {
                guard let pattern = texts[form] else { continue }
                sentences.append((pattern, form <= .two ? .small(count: count) : .main))
            }
        }
        switch kind {
        case .plain(let pattern): sentences.append((pattern, .main))
        case .plural(let count, let texts): add(texts, count.canonicalName)
        case .wait(let texts):
            for unit in WaitUnit.allCases { add(texts[unit], Placeholder.wait(unit).canonicalName) }
            sentences.append((texts.unknown, .fallback))
        }
        if let fallback { sentences.append((fallback, .fallback)) }
        return sentences
    }

    var pluralTexts: [PluralTexts] {
        switch kind {
        case .plain: []
        case .plural(_, let texts): [texts]
        case .wait(let texts): WaitUnit.allCases.map { texts[$0] }
        }
    }

    /// The holes of all its sentences together, its fallback apart.
    var holes: Set<String> {
        Set(mainPatterns.flatMap(\.placeholders).map(\.canonicalName))
    }

    var mainSources: [String] { mainPatterns.map(\.source) }

    var isConstant: Bool {
        if case .plain(let pattern) = kind { pattern.placeholders.isEmpty && fallback == nil } else { false }
    }

    private var mainPatterns: [MessagePattern] {
        sentences.filter { if case .fallback = $0.role { false } else { true } }.map(\.pattern)
    }
}

extension Placeholder {
    /// One name for a wait in whichever unit.
    var canonicalName: String {
        if case .wait = self { "retry_after" } else { name }
    }
}
