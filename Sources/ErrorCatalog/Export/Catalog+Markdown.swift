extension Catalog {
    /// The reference page of the catalogue in Markdown: English first, then Arabic, right to left.
    ///
    /// Holes stay as `{name}`. Of a text with plural forms every form is shown.
    ///
    /// - Complexity: linear in the catalogue; not for a request path.
    public var markdown: String {
        var lines = ["# Errors", "", "Written from the catalogue.", ""]
        lines += Self.header("code", "status", "retry", "message", "for the user", "details")
        lines += definitions.map { $0.row(in: .english, retry: ["later", "never"]) }
        lines += ["", "<div dir=\"rtl\" lang=\"ar\">", "", "# الأخطاء", "", "هذه الصفحة مولَّدة من دليل الأخطاء.", ""]
        lines += Self.header("الرمز", "الحالة", "إعادة المحاولة", "الرسالة", "ما يراه المستخدم", "التفاصيل")
        lines += definitions.map { $0.row(in: .arabic, retry: ["لاحقًا", "لا جدوى منها"]) }
        lines += ["", "</div>", ""]
        return lines.joined(separator: "\n")
    }

    private static func header(_ names: String...) -> [String] {
        [MarkdownRow.line(names), MarkdownRow.line(names.map { _ in "---" })]
    }
}

enum MarkdownRow {
    static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// `text` as the inside of a table cell: it cannot end the cell, start markup or add lines.
    static func cell(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "|", "\\", "`", "*", "_", "[", "]", "#": escaped += "\\\(character)"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case _ where character.isNewline: escaped += " "
            default: escaped.append(character)
            }
        }
        return escaped
    }
}

extension ErrorDefinition {
    fileprivate func row(in language: Language, retry words: [String]) -> String {
        MarkdownRow.line([
            "`\(code)`", String(status), isRetryable ? words[0] : words[1], cell(message, language), cell(userMessage, language),
            detailNames.map { "`\($0)`" }.joined(separator: " "),
        ])
    }

    private func cell(_ text: LocalizedText, _ language: Language) -> String {
        (text[language] ?? text.english).exportedSentences.map(MarkdownRow.cell).joined(separator: "<br>")
    }
}

extension MessageTemplate {
    /// What a reader of a reference page should see: every sentence once, seconds standing for all units of a wait.
    var exportedSentences: [String] {
        var sentences: [String] = []
        func add(_ pattern: MessagePattern?) {
            if let source = pattern?.source, !sentences.contains(source) { sentences.append(source) }
        }
        switch kind {
        case .plain(let pattern): add(pattern)
        case .plural(_, let texts): for form in PluralForm.allCases { add(texts[form]) }
        case .wait(let texts):
            add(texts[.seconds][.other])
            add(texts.unknown)
        }
        add(fallback)
        return sentences
    }
}
