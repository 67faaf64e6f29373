/// Why a ``TokenService`` cannot be built.
///
/// The raw value is stable.
public enum TokenConfigurationError: String, Error, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case issuerMalformed = "TOKEN_CONFIGURATION_ISSUER"
    case audienceMalformed = "TOKEN_CONFIGURATION_AUDIENCE"
    case accessLifetimeOutOfRange = "TOKEN_CONFIGURATION_ACCESS_LIFETIME"
    case maximumLifetimeOutOfRange = "TOKEN_CONFIGURATION_MAXIMUM_LIFETIME"
    case leewayOutOfRange = "TOKEN_CONFIGURATION_LEEWAY"

    public var code: String { rawValue }

    public var description: String {
        switch self {
        case .issuerMalformed: "the issuer must have 1 to 256 bytes without control characters"
        case .audienceMalformed: "the audience must have 1 to 256 bytes without control characters"
        case .accessLifetimeOutOfRange: "the access lifetime must be at least 1 s and at most the maximum lifetime"
        case .maximumLifetimeOutOfRange: "the maximum lifetime must be between 1 s and 30 days"
        case .leewayOutOfRange: "the leeway must be between 0 and 300 s"
        }
    }
}
