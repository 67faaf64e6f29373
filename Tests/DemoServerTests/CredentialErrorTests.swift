import ErrorCatalog
import HardeningSQLite
import Testing
import TokenAuth

@testable import DemoServer

/// What a client is told is wrong with its credentials, and what is no fault of theirs.
@Suite struct CredentialErrorTests {
    @Test(arguments: [
        (RefreshError.storeFull(retryAfter: .seconds(60)) as any CatalogErrorConvertible, "SERVICE_UNAVAILABLE"),
        (RefreshError.invalid, "AUTHENTICATION_ERROR"), (TokenIssueError.tooSoon(retryAfter: .seconds(1)), "SERVICE_UNAVAILABLE"),
        (TokenIssueError.sessionRevoked, "AUTHENTICATION_ERROR"), (TokenIssueError.scopeMalformed, "INTERNAL_ERROR"),
        (APIKeyError.unknown, "AUTHENTICATION_ERROR"), (APIKeyError.storeFull, "SERVICE_UNAVAILABLE"),
        (IdentityStoreError.conflict(.email), "EMAIL_TAKEN"), (IdentityStoreError.conflict(.id), "DATABASE_ERROR"),
        (IdentityStoreError.unavailable(.full, detail: ""), "DATABASE_ERROR"),
    ])
    func `an outage is never "not signed in", and a refusal never an outage`(error: any CatalogErrorConvertible, code: String) {
        #expect(error.catalogError.code == code)
    }

    @Test func `a wait that is known is told`() {
        #expect(RefreshError.storeFull(retryAfter: .seconds(60)).catalogError.retryAfter == .seconds(60))
        #expect(TokenIssueError.tooSoon(retryAfter: .seconds(1)).catalogError.retryAfter == .seconds(1))
    }
}
