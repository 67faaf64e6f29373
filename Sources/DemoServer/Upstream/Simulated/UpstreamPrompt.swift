/// What a request asks for, read from either wire shape.
struct UpstreamPrompt: Sendable, Hashable {
    var model: String
    /// Every text that counts as input, instructions included, in order.
    var texts: [String]
    /// The user's last message, which the reply is made from.
    var question: String
    /// The bound the client set on the reply, at least 1.
    var maxTokens: Int
    /// Whether the answer should come as server-sent events.
    var wantsStream = false
    /// Whether a stream should carry usage.
    var wantsStreamUsage = true
}

/// Why the simulated upstream answers with an error, before a dialect words it.
struct UpstreamRefusal: Error, Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case invalidRequest
        case unauthorised
        case tooLarge
        case rateLimited(retryAfterSeconds: Int)
        case failing
        case stopping
    }

    var kind: Kind
    var message: String

    var status: Int {
        switch kind {
        case .invalidRequest: 400
        case .unauthorised: 401
        case .tooLarge: 413
        case .rateLimited: 429
        case .failing: 500
        case .stopping: 503
        }
    }

    static func invalid(_ message: String) -> UpstreamRefusal {
        UpstreamRefusal(kind: .invalidRequest, message: message)
    }
}
