extension Substring {
    /// The text without the spaces and tabs around it: OWS of RFC 9110 §5.6.3.
    func trimmingOptionalWhitespace() -> Substring {
        var text = self
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return text
    }
}
