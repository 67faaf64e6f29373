/// A deterministic reply with its token counts: the same prompt is always answered the same.
///
/// The rule: a token is four bytes of UTF-8, rounded up. Input is all texts of the prompt together,
/// at least one token. The reply is `Simulated reply to: ` and the question, cut to as many whole
/// characters as fit into the bound; output is the reply's tokens, so never above the bound.
struct SimulatedAnswer: Sendable, Hashable {
    /// Counts a provider's requests from 1; the answer's id is made from it.
    let number: UInt64
    let model: String
    let text: String
    let inputTokens: Int
    let outputTokens: Int
    /// Whether the bound cut the reply short.
    let isCut: Bool

    static let bytesPerToken = 4

    init(to prompt: UpstreamPrompt, number: UInt64) {
        self.number = number
        model = prompt.model
        inputTokens = max(1, Self.tokens(bytes: prompt.texts.reduce(0) { $0 + $1.utf8.count }))
        let reply = "Simulated reply to: \(prompt.question)"
        isCut = Self.tokens(bytes: reply.utf8.count) > prompt.maxTokens
        // The product cannot overflow: it is below the reply's own size.
        text = isCut ? Self.prefix(of: reply, bytes: prompt.maxTokens * Self.bytesPerToken) : reply
        outputTokens = Self.tokens(bytes: text.utf8.count)
    }

    /// The reply in at most 65 pieces of at least 16 scalars, as a stream sends it.
    var pieces: [String] {
        let scalars = Array(text.unicodeScalars)
        let size = max(16, scalars.count / 64)
        return stride(from: 0, to: scalars.count, by: size).map { start in
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[start..<min(start + size, scalars.count)])
            return String(piece)
        }
    }

    /// 24 characters that follow a provider's id prefix.
    var idSuffix: String {
        let digits = String(number)
        return "sim" + String(repeating: "0", count: max(0, 21 - digits.count)) + digits
    }

    static func tokens(bytes: Int) -> Int {
        bytes / bytesPerToken + (bytes % bytesPerToken == 0 ? 0 : 1)
    }

    private static func prefix(of text: String, bytes limit: Int) -> String {
        var bytes = 0
        return String(
            text.prefix { character in
                bytes += character.utf8.count
                return bytes <= limit
            })
    }
}
