/// How human text is written: for an answer, for plain text, or for a log.
struct TextFormat {
    var digits: DigitStyle
    /// Logs carry no isolates: they are searched, not read from right to left.
    var isolates: Bool
    var escapesJSON: Bool

    static let log = TextFormat(digits: .latin, isolates: false, escapesJSON: false)
}
