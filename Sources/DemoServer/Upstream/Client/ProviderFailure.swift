/// Why a provider did not answer.
///
/// Neither the cases nor ``description`` hold anything the provider or the configuration wrote: no
/// body, no header, no address, no key. They may be logged and shown.
enum ProviderFailure: Error, Sendable, Hashable {
    /// The request never left: no address, no connection, no TLS session.
    case connection
    /// The time allowed was used up, before or after the request had left.
    case timeout(requestLeft: Bool)
    /// The provider answered with a status other than 200.
    case status(Int, retryAfter: Duration?)
    /// The provider answered 200 with something that is not its documented shape.
    case malformedAnswer
    /// The answer was longer than the client reads.
    case answerTooLarge(limitBytes: Int)
    /// The connection ended after the request had left and before the answer was complete.
    case broken

    /// A stable name without dynamic text, for metrics and logs.
    var code: String {
        switch self {
        case .connection: "PROVIDER_CONNECTION"
        case .timeout: "PROVIDER_TIMEOUT"
        case .status: "PROVIDER_STATUS"
        case .malformedAnswer: "PROVIDER_MALFORMED_ANSWER"
        case .answerTooLarge: "PROVIDER_ANSWER_TOO_LARGE"
        case .broken: "PROVIDER_BROKEN"
        }
    }

    /// Whether the provider may charge for the attempt.
    ///
    /// False only when the request never left or an error status answered it. Otherwise the money
    /// held for the attempt must not be released as if nothing had been spent.
    var mayHaveBeenCharged: Bool {
        switch self {
        case .connection, .status: false
        case .timeout(let requestLeft): requestLeft
        case .malformedAnswer, .answerTooLarge, .broken: true
        }
    }

    /// How long the provider asked to be left alone, if it did.
    var retryAfter: Duration? {
        if case .status(_, let retryAfter) = self { retryAfter } else { nil }
    }
}

extension ProviderFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .connection: "the provider could not be reached"
        case .timeout: "the provider did not answer in time"
        case .status(let status, _): "the provider answered with status \(status)"
        case .malformedAnswer: "the provider's answer could not be read"
        case .answerTooLarge(let limit): "the provider's answer is longer than \(limit) bytes"
        case .broken: "the connection to the provider ended before its answer did"
        }
    }
}
