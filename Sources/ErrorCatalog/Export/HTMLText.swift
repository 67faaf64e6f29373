/// A piece of an HTML page: whatever text it holds is escaped when it is written, so that no word of
/// a catalogue can become markup.
///
/// Pages are also well-formed XML, which lets a test read them with a strict parser.
indirect enum HTMLText {
    case text(String)
    case element(String, [(String, String)], [HTMLText])

    static func element(_ name: String, _ children: HTMLText...) -> HTMLText { .element(name, [], children) }
    static func element(_ name: String, _ attributes: [(String, String)] = [], text: String) -> HTMLText {
        .element(name, attributes, [.text(text)])
    }

    /// What a machine reads: left to right also in an Arabic sentence.
    static func code(_ text: String) -> HTMLText { .element("code", [("dir", "ltr")], text: text) }

    /// A sentence whose parts between backticks are ``code(_:)``.
    static func prose(_ sentence: String) -> [HTMLText] {
        sentence.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? .text(String(part)) : .code(String(part))
        }
    }

    /// A template with its holes as ``code(_:)``.
    static func template(_ pattern: MessagePattern) -> [HTMLText] {
        var pieces: [HTMLText] = []
        var position = 0
        for hole in pattern.holes {
            pieces.append(.text(String(decoding: pattern.text[position..<hole.textEnd], as: UTF8.self)))
            pieces.append(.code("{\(hole.placeholder.name)}"))
            position = hole.textEnd
        }
        return pieces + [.text(String(decoding: pattern.text[position...], as: UTF8.self))]
    }

    var text: String {
        var output = ""
        write(to: &output)
        return output
    }

    private func write(to output: inout String) {
        switch self {
        case .text(let text): output += Self.escaped(text)
        case .element(let name, let attributes, let children):
            output += "<\(name)"
            for (attribute, value) in attributes { output += " \(attribute)=\"\(Self.escaped(value))\"" }
            if Self.voidElements.contains(name) { return output += "/>" }
            output += ">"
            for child in children { child.write(to: &output) }
            output += "</\(name)>"
        }
    }

    private static let voidElements: Set<String> = ["meta", "link"]

    /// `text` for an element or a quoted attribute; characters that neither HTML nor XML allows are left out.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            case "\n", "\t": output.unicodeScalars.append(scalar)
            default:
                switch scalar.value {
                case 0..<0x20, 0x7F...0x9F, 0xFDD0...0xFDEF: break
                case let value where value & 0xFFFE == 0xFFFE: break
                default: output.unicodeScalars.append(scalar)
                }
            }
        }
        return output
    }
}
