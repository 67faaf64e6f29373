import HTTPHardening
import Hummingbird
public import TokenAuth

/// What a caller was recognised by.
public enum CallerCredential: Sendable, Hashable {
    /// An `Authorization` header, which only a program writes.
    case bearer
    /// A cookie, which a browser adds by itself, whichever page made it send the request.
    case cookie
}

/// Finds the access token of a request, wherever this server takes one from.
struct CallerTokens: Sendable {
    let service: TokenService
    /// The session cookie, where browsers sign in.
    let cookie: SessionCookie?

    /// With an `Authorization` header, whatever is in it, the cookie is not looked at: a request has one identity.
    func token(in fields: HTTPFields) -> (text: String, credential: CallerCredential)? {
        switch BearerToken(of: fields) {
        case .present(let token): (token, .bearer)
        case .malformed: nil
        case .absent: cookie?.value(in: fields).map { ($0, .cookie) }
        }
    }
}

extension RequestFacts {
    /// Notes whose request this is and what proves it; both at once, so that ``CSRFMiddleware`` cannot miss a cookie.
    public mutating func identify(_ caller: Verified<Claims>, by credential: CallerCredential) {
        self.caller = caller
        self.credential = credential
        verifier = nil
        answerFields.markPersonal()
    }

    /// What ``CSRFTokens`` are bound to: the sign-in that the caller's token descends from, or else the token.
    ///
    /// Nil without a caller.
    public var session: String? {
        caller.map { $0.session ?? $0.id.description }
    }
}
