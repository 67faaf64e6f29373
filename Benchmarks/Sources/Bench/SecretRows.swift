import HardeningCore

/// How many of a million random secrets the rules for secrets refuse: each would be an operator who is told a lie.
enum SecretRows {
    static let id = "secret_rules"
    private static let count = 1_000_000

    static func measure() -> Figure {
        let alphabets = ["0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "0123456789"]
        let lengths = [32, 64, 40]
        var generator = SystemRandomNumberGenerator()
        var refused = 0
        for index in 0..<count {
            let kind = index % 3
            let characters = Array(alphabets[kind].utf8)
            let text = String(decoding: (0..<lengths[kind]).map { _ in characters.randomElement(using: &generator) ?? 0 }, as: UTF8.self)
            if (try? Secret(checking: text)) == nil { refused += 1 }
        }
        return Figure(
            row: id, unit: "count", value: Double(refused), extras: [("inputs", Double(count))],
            detail: "hexadecimal of 32, base64 of 64 and decimal of 40 characters")
    }
}
