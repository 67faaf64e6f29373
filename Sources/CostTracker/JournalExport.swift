import HardeningCore

/// The form of an exported journal.
public struct JournalFormat: Sendable, Hashable {
    let isJSON: Bool

    /// RFC 4180, one line per entry, with a header.
    public static let csv = JournalFormat(isJSON: false)
    /// RFC 8259, one array with one object per line of text.
    public static let json = JournalFormat(isJSON: true)
}

/// Turns lines of a journal into text, piece by piece.
///
/// Amounts are exact decimals in US dollars. The four columns `budget`, `held`, `suspense` and `spent` of a row add up to zero.
/// Accounts are numbers; the row that opened one names it.
struct JournalExport {
    private static let columns = [
        "sequence", "at", "kind", "hold", "posted", "budget", "held", "suspense", "spent", "accounts", "input_tokens", "output_tokens",
        "account", "hash",
    ]

    let format: JournalFormat
    private var isFirst = true

    init(format: JournalFormat) { self.format = format }

    func header() -> [UInt8] {
        Array((format.isJSON ? "[" : Self.columns.joined(separator: ",") + "\r\n").utf8)
    }

    func footer() -> [UInt8] { Array((format.isJSON ? "\n]\n" : "").utf8) }

    mutating func text(of lines: [JournalLine]) -> [UInt8] {
        var text = ""
        for line in lines {
            if format.isJSON {
                text += isFirst ? "\n" : ",\n"
                text += json(line)
            } else {
                text += values(line).map { $0.map { value in value.isText ? Self.quoted(value.text) : value.text } ?? "" }.joined(
                    separator: ",")
                text += "\r\n"
            }
            isFirst = false
        }
        return Array(text.utf8)
    }

    private struct Value {
        let text: String
        var isText = true
    }

    /// One value per column; nil where the entry has none.
    private func values(_ line: JournalLine) -> [Value?] {
        let entry = line.entry
        func number(_ number: (some CustomStringConvertible)?) -> Value? { number.map { Value(text: $0.description, isText: false) } }
        func money(_ picoUSD: Int64) -> Value? { Value(text: Money(picoUSD: picoUSD).jsonNumber, isText: false) }
        return [
            number(entry.sequence), Value(text: entry.at.description), Value(text: entry.kind.rawValue), number(entry.hold.rawValue),
            number(entry.posted?.rawValue), money(entry.moves.budget), money(entry.moves.held), money(entry.moves.suspense),
            money(entry.moves.spent), Value(text: entry.accounts.map(String.init).joined(separator: " ")),
            number(entry.usage?.promptTokens), number(entry.usage?.completionTokens), entry.opened.map { Value(text: $0.description) },
            Value(text: line.hash.description),
        ]
    }

    private func json(_ line: JournalLine) -> String {
        let members = zip(Self.columns, values(line)).compactMap { column, value in
            value.map { "\"\(column)\":" + ($0.isText ? Self.escaped($0.text) : $0.text) }
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// RFC 4180 §2.6–2.7; a leading `=`, `+`, `-` or `@` gets an apostrophe, because spreadsheets would run it as a formula.
    private static func quoted(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.utf8.contains(where: { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// RFC 8259 §7.
    private static func escaped(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..."\u{1f}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
