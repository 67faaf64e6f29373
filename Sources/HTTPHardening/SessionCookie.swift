public import HTTPTypes

/// A cookie that stands for a signed-in browser: how it is set, read and taken back.
///
/// ```swift
/// answer.headers.append(try SessionCookie.session.setting(token, lifetime: .seconds(900)))
/// let token = SessionCookie.session.value(in: request.headers)
/// ```
/// In production its name begins with `__Host-`: browsers then take it only over https, for the whole site, and never from a
/// sibling domain (RFC 6265bis §4.1.3.2). `HttpOnly` keeps it from scripts, `SameSite=Lax` from most other sites.
///
/// A browser adds it by itself, so whatever accepts it needs ``CSRFPolicy``; prefer bearer tokens for programs.
public struct SessionCookie: Sendable, Hashable {
    /// What keeps the cookie from being read on its way.
    public enum Transport: Sendable, Hashable {
        /// `Secure`, and a name with `__Host-`.
        case https
        /// Neither, for development on plain http. Anybody on the way can read and plant it.
        case plainHTTP
    }

    /// As it is sent: with the prefix, if it has one.
    public let name: String
    /// `; Path=/; …`: all attributes but the lifetime.
    private let attributes: String

    /// `__Host-session`, out of reach of scripts.
    public static let session = SessionCookie(checked: "session", .https, isReadableByScripts: false)
    /// `session`, for development on plain http.
    public static let developmentSession = SessionCookie(checked: "session", .plainHTTP, isReadableByScripts: false)
    /// `__Host-csrf`, which the site's own scripts read to send its value back in `X-CSRF-Token`.
    public static let csrf = SessionCookie(checked: "csrf", .https, isReadableByScripts: true)
    /// `csrf`, for development on plain http.
    public static let developmentCSRF = SessionCookie(checked: "csrf", .plainHTTP, isReadableByScripts: true)

    /// - Parameters:
    ///   - name: without a prefix; 1 to 64 characters of a token (RFC 9110 §5.6.2).
    ///   - transport: `.https` everywhere but on a developer's machine.
    ///   - isReadableByScripts: whether `HttpOnly` is left out. Never for what authenticates.
    /// - Throws: ``SessionCookieError``.
    public init(_ name: String, over transport: Transport = .https, isReadableByScripts: Bool = false) throws(SessionCookieError) {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isTokenByte), !name.hasPrefix("__") else {
            throw .malformedName
        }
        self.init(checked: name, transport, isReadableByScripts: isReadableByScripts)
    }

    private init(checked name: String, _ transport: Transport, isReadableByScripts: Bool) {
        self.name = transport == .https ? "__Host-" + name : name
        attributes =
            "; Path=/" + (transport == .https ? "; Secure" : "") + (isReadableByScripts ? "" : "; HttpOnly") + "; SameSite=Lax"
    }

    /// Name and value together, in bytes; browsers drop longer ones without a word (RFC 6265bis §5.6).
    public static let maximumBytes = 4096
    /// 400 days; browsers cut off the rest (RFC 6265bis §5.5).
    public static let longestLifetime = Duration.seconds(400 * 86_400)

    /// The field that sets the cookie.
    ///
    /// Append it: an answer may set several cookies.
    ///
    /// - Parameters:
    ///   - value: an opaque text such as a token: visible ASCII without quotes, commas, semicolons and backslashes.
    ///   - lifetime: whole seconds count, at most ``longestLifetime``; nothing left means the same as ``clearing``.
    /// - Throws: ``SessionCookieError``: a value with a line break or anything else that could end it is no cookie.
    public func setting(_ value: String, lifetime: Duration) throws(SessionCookieError) -> HTTPField {
        guard !value.isEmpty, value.utf8.allSatisfy(Self.isValueByte) else { throw .malformedValue }
        guard name.utf8.count + value.utf8.count <= Self.maximumBytes else { throw .tooLarge }
        let seconds = min(max(.zero, lifetime), Self.longestLifetime).components.seconds
        return HTTPField(name: .setCookie, value: "\(name)=\(value)\(attributes); Max-Age=\(seconds)")
    }

    /// The field that makes a browser forget the cookie.
    ///
    /// The token in it stays valid until it is revoked.
    public var clearing: HTTPField {
        HTTPField(name: .setCookie, value: "\(name)=\(attributes); Max-Age=0")
    }

    /// The value that a request carries, or nil when it carries none, or several, or one this type could not have set.
    ///
    /// Of several, one may have been planted by whoever controls a sibling domain or the way, and the order proves nothing.
    ///
    /// - Complexity: O(n) in the `Cookie` fields, of which there may be several (RFC 9113 §8.2.3).
    public func value(in fields: HTTPFields) -> String? {
        var found: Substring?
        for field in fields[values: .cookie] {
            for pair in field.split(separator: ";") {
                let pair = pair.trimmingOptionalWhitespace()
                guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")), pair[..<equals].utf8.elementsEqual(name.utf8) else {
                    continue
                }
                guard found == nil else { return nil }
                found = pair[pair.utf8.index(after: equals)...]
            }
        }
        guard let found, !found.isEmpty, found.utf8.allSatisfy(Self.isValueByte),
            name.utf8.count + found.utf8.count <= Self.maximumBytes
        else { return nil }
        return String(found)
    }

    /// `cookie-octet` of RFC 6265 §4.1.1.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x2b, 0x2d...0x3a, 0x3c...0x5b, 0x5d...0x7e: true
        default: false
        }
    }

    /// `tchar` of RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// Why a text cannot be a cookie's name or value.
public enum SessionCookieError: String, Error, Sendable, Hashable, CaseIterable {
    /// Empty, longer than 64 bytes, with a prefix of its own, or not a token.
    case malformedName = "COOKIE_MALFORMED_NAME"
    /// Empty, or with a character that a cookie cannot hold.
    case malformedValue = "COOKIE_MALFORMED_VALUE"
    /// Larger than browsers keep.
    case tooLarge = "COOKIE_TOO_LARGE"

    public var code: String { rawValue }
}
