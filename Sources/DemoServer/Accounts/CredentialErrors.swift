public import ErrorCatalog
public import HardeningSQLite
public import TokenAuth

// What a client is told about its credentials: that they do not work, and nothing that would help to guess.

extension RefreshError: CatalogErrorConvertible {
    public var catalogError: CatalogError {
        if case .storeFull(let wait) = self { return CatalogError(.serviceUnavailable, retryAfter: wait, cause: self) }
        return CatalogError(.authenticationError, cause: self)
    }
}

extension TokenIssueError: CatalogErrorConvertible {
    public var catalogError: CatalogError {
        switch self {
        case .tooSoon(let wait): CatalogError(.serviceUnavailable, retryAfter: wait, cause: self)
        case .sessionRevoked: CatalogError(.authenticationError, cause: self)
        case .subjectMalformed, .sessionMalformed, .scopeMalformed, .lifetimeOutOfRange: CatalogError(.internalError, cause: self)
        }
    }
}

extension APIKeyError: CatalogErrorConvertible {
    public var catalogError: CatalogError {
        switch self {
        case .malformed, .unknown, .expired: CatalogError(.authenticationError, cause: self)
        case .tooManyKeys: CatalogError(.tooManyAPIKeys, cause: self)
        case .alreadyRotated: CatalogError(.apiKeyAlreadyRotated, cause: self)
        case .storeFull: CatalogError(.serviceUnavailable, cause: self)
        case .prefixMalformed: CatalogError(.internalError, cause: self)
        }
    }
}

extension IdentityStoreError: CatalogErrorConvertible {
    public var catalogError: CatalogError {
        switch self {
        case .conflict(.email): CatalogError(.emailTaken, cause: self)
        // An outage is never "not signed in".
        default: CatalogError.database(operation: "identity", cause: self)
        }
    }
}
