import HardeningCore

/// An answer with sample values, for documentation: HTTP status, header fields and the body, indented.
struct ErrorExample {
    private let definition: ErrorDefinition
    private let renderer: ErrorRenderer

    init(_ definition: ErrorDefinition, _ renderer: ErrorRenderer) {
        self.definition = definition
        self.renderer = renderer
    }

    func html(in language: Language) -> HTMLText {
        let context = RenderingContext(
            requestID: "req_01JD3K7Q2M", timestamp: Timestamp(nanosecondsSince1970: 1_795_176_000_123_000_000), language: language)
        // The definition itself, also where the catalogue has another of its code.
        let answer = ErrorRenderer(catalog: renderer.catalog.replacing([definition]), typeBase: renderer.typeBase, digits: renderer.digits)
            .render(error, in: context)
        var head = "HTTP/1.1 \(answer.status)\nContent-Type: \(answer.contentType)\nContent-Language: \(answer.contentLanguage.tag)\n"
        if let seconds = answer.retryAfterSeconds { head += "Retry-After: \(seconds)\n" }
        return .element("pre", [("dir", "ltr")], [.text(head + "\n")] + Self.indented(String(decoding: answer.body, as: UTF8.self)))
    }

    /// The values that the definition gives as examples; a hole without one shows its own name.
    private var error: CatalogError {
        var values = definition.detailExamples
        for (name, isCount) in definition.message.namedHoles + definition.userMessage.namedHoles where values[name] == nil {
            values[name] = isCount ? 3 : .string("{\(name)}")
        }
        return CatalogError(
            definition, values, fieldErrors: definition.detailNames.contains("errors") ? [FieldError("/email", .invalidEmail)] : [],
            retryAfter: .seconds(30))
    }

    /// `json` with a line for every member; each string that is not ASCII is isolated, so that an
    /// Arabic value does not move the quotes and commas around it.
    static func indented(_ json: String) -> [HTMLText] {
        var pieces: [HTMLText] = []
        var plain = ""
        var indent = ""
        var rest = Substring(json).unicodeScalars
        func isEmptyContainer(_ close: Unicode.Scalar) -> Bool { rest.first == close }
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                let string = takeString(from: &rest)
                plain += "\""
                if !string.utf8.allSatisfy({ $0 < 0x80 }) {
                    pieces += [.text(plain), .element("bdi", text: string)]
                    plain = ""
                } else {
                    plain += string
                }
                plain += "\""
            case "{" where isEmptyContainer("}"), "[" where isEmptyContainer("]"):
                plain.unicodeScalars.append(scalar)
                if let close = rest.popFirst() { plain.unicodeScalars.append(close) }
            case "{", "[":
                indent += "  "
                plain += "\(scalar)\n" + indent
            case "}", "]":
                indent.removeLast(Swift.min(2, indent.count))
                plain += "\n" + indent + "\(scalar)"
            case ",": plain += ",\n" + indent
            case ":": plain += ": "
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return pieces + [.text(plain)]
    }

    /// The inside of the string that `rest` starts in, escapes kept; `rest` goes on behind its quote.
    private static func takeString(from rest: inout Substring.UnicodeScalarView) -> String {
        var string = ""
        while let scalar = rest.popFirst(), scalar != "\"" {
            string.unicodeScalars.append(scalar)
            if scalar == "\\", let escaped = rest.popFirst() { string.unicodeScalars.append(escaped) }
        }
        return string
    }
}

extension LocalizedText {
    /// The names to fill, each with whether it chooses a plural form.
    fileprivate var namedHoles: [(name: String, isCount: Bool)] {
        languages.compactMap { self[$0] }.flatMap { template -> [(name: String, isCount: Bool)] in
            let patterns: [MessagePattern]
            var counts: [(name: String, isCount: Bool)] = []
            switch template.kind {
            case .plain(let pattern): patterns = [pattern]
            case .plural(let count, let texts):
                patterns = PluralForm.allCases.compactMap { texts[$0] }
                if case .named(let name) = count { counts = [(name, true)] }
            case .wait(let texts): patterns = [texts[.seconds][.other], texts.unknown].compactMap(\.self)
            }
            return counts
                + patterns.flatMap(\.placeholders).compactMap { if case .named(let name) = $0 { (name, false) } else { nil } }
        }
    }
}
