/// Sentences: a pattern's constant pieces with cleaned and isolated values between them.
///
/// In a right-to-left language every value is wrapped in FSI…PDI (U+2068, U+2069; UAX #9, section
/// 2.4), so that a telephone number, a date or a Latin name cannot reorder the sentence. A whole
/// number that is not negative stays bare: digits alone have one order in either direction. In a
/// left-to-right language a value is wrapped only if it holds a right-to-left character; wrapping
/// `claude` in an English sentence would only put invisible characters into copied text.
extension JSONBuffer {
    /// Longest value inside a sentence, in UTF-8 bytes.
    static let maximumParameterBytes = 256
    /// Most items of a list inside a sentence.
    static let maximumListItems = 10

    mutating func write(_ template: MessageTemplate, _ values: borrowing TemplateValues, language: Language, as format: TextFormat) {
        let pattern = template.pattern(for: values, language: language)
        let text = format.escapesJSON ? pattern.escapedText : pattern.text
        if pattern.holes.isEmpty { return append(text) }
        var position = 0
        for hole in pattern.holes {
            let end = format.escapesJSON ? hole.escapedEnd : hole.textEnd
            append(text, position..<end)
            position = end
            if let value = values[hole.placeholder] {
                write(value, language: language, as: format)
            } else {
                append("\u{2026}")
            }
        }
        append(text, position..<text.count)
    }

    private mutating func write(_ value: DetailValue, language: Language, as format: TextFormat) {
        switch value {
        case .string(let text): writeIsolated(text, language: language, as: format)
        case .int(let number):
            if number >= 0, !(format.digits.isArabicIndic && language.isRightToLeft) { return append(number: number) }
            writeNumber(String(number), isolated: number < 0, language: language, as: format)
        case .decimal(let number): writeNumber(number.description, isolated: true, language: language, as: format)
        case .bool(let flag): writeIsolated(flag ? "true" : "false", language: language, as: format)
        case .array(let items):
            for (index, item) in items.prefix(Self.maximumListItems).enumerated() {
                if index > 0 { append(JSONBuffer.escape(language.listSeparator)) }
                if case .array = item { append("\u{2026}") } else { write(item, language: language, as: format) }
            }
            if items.count > Self.maximumListItems { append("\u{2026}") }
        case .object: append("\u{2026}")
        }
    }

    private mutating func writeIsolated(_ text: String, language: Language, as format: TextFormat) {
        let isIsolated = format.isolates && (language.isRightToLeft || text.utf8.contains { $0 >= 0xD6 } && text.containsRightToLeft)
        if isIsolated { append("\u{2068}") }
        appendCleaned(text, limit: Self.maximumParameterBytes, escapesJSON: format.escapesJSON)
        if isIsolated { append("\u{2069}") }
    }

    private mutating func writeNumber(_ number: String, isolated: Bool, language: Language, as format: TextFormat) {
        let isIsolated = isolated && format.isolates && language.isRightToLeft
        if isIsolated { append("\u{2068}") }
        for byte in number.utf8 {
            guard format.digits.isArabicIndic, language.isRightToLeft else {
                append(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):  // U+0660…0669
                append(0xD9)
                append(0xA0 + byte - UInt8(ascii: "0"))
            case UInt8(ascii: "."): append("\u{066B}")
            default: append(byte)
            }
        }
        if isIsolated { append("\u{2069}") }
    }
}

extension String {
    /// Whether a character of a right-to-left block occurs: Hebrew to Arabic Extended, their
    /// presentation forms, and the right-to-left areas of the supplementary plane.
    fileprivate var containsRightToLeft: Bool {
        unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
            default: false
            }
        }
    }
}
