import ErrorCatalog

/// Texts with rules of their own.
extension JSONInput {
    /// A required web address out of those allowed.
    public mutating func url(_ name: String, _ allowed: AllowedURLs) -> String {
        let text = string(name, length: 1...AllowedURLs.maximumLength)
        guard !text.isEmpty else { return "" }
        if let rule = allowed.violation(of: text) { return reject(name, rule) ?? "" }
        return text
    }

    /// What a person wrote for others to read, trimmed; nil when it is absent, null, blank or wrong.
    ///
    /// Without control characters, which end lines of logs and steer terminals, and without the two that turn the order of
    /// what follows, which make a text read as another.
    ///
    /// - Parameters:
    ///   - maximum: characters, after trimming.
    ///   - allowsLineBreaks: lets line feeds through.
    public mutating func optionalComment(_ name: String, upTo maximum: Int = 1000, allowsLineBreaks: Bool = false) -> String? {
        guard let text = optionalString(name, length: 0...max(0, maximum), trimmed: true), !text.isEmpty else { return nil }
        for scalar in text.unicodeScalars where Self.isSteering(scalar) && !(allowsLineBreaks && scalar == "\n") {
            return reject(name, .notAllowed())
        }
        return text
    }

    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f, 0x2028, 0x2029, 0x202d, 0x202e: true
        default: false
        }
    }
}
