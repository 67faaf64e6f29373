public import ErrorCatalog

/// Which web addresses a client may submit: an exact list of hosts, schemes and path prefixes.
///
/// ```swift
/// let listings = try AllowedURLs(hosts: ["www.example.com"], pathPrefixes: ["/property"])
/// ```
/// For addresses that the service fetches or shows to others. It compares text and resolves nothing: what a listed host's name
/// points to, or redirects to, is for whoever fetches.
///
/// Everything that programs read differently is refused rather than repaired: user names before an `@`, backslashes, white
/// space, dot segments and slashes in percent signs, addresses in numbers. Names with letters beyond ASCII are sent, and listed,
/// in their `xn--` form. (RFC 3986; the URL standard of the WHATWG on hosts that end in a number.)
public struct AllowedURLs: Sendable, Hashable {
    /// Longer ones are refused, in bytes.
    public static let maximumLength = 2000

    private let hosts: Set<String>
    private let schemes: Set<String>
    private let pathPrefixes: [String]
    private let ports: Set<Int>

    /// - Parameters:
    ///   - hosts: exact names in lower case; a name does not cover those below it.
    ///   - schemes: `https`, unless there is a reason.
    ///   - pathPrefixes: these paths and all below them, from a `/` on; `/` covers all.
    ///   - ports: what may be written behind the host; none by default, not even the scheme's own.
    /// - Throws: ``AllowedURLsError`` with the first entry that could never match or means an address in numbers.
    public init(
        hosts: [String], schemes: [String] = ["https"], pathPrefixes: [String] = ["/"], ports: [Int] = []
    ) throws(AllowedURLsError) {
        for host in hosts where !Self.isName(host) { throw AllowedURLsError(entry: host) }
        for scheme in schemes where scheme.isEmpty || !scheme.utf8.allSatisfy(Self.isLowerAlphanumeric) {
            throw AllowedURLsError(entry: scheme)
        }
        for prefix in pathPrefixes where !prefix.hasPrefix("/") || !Self.isPlainPath(prefix) { throw AllowedURLsError(entry: prefix) }
        for port in ports where !(1...65_535).contains(port) { throw AllowedURLsError(entry: String(port)) }
        self.hosts = Set(hosts)
        self.schemes = Set(schemes)
        self.pathPrefixes = pathPrefixes.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.ports = Set(ports)
    }

    /// The rule that `text` breaks, or nil.
    ///
    /// - Complexity: O(n), with n at most ``maximumLength``.
    public func violation(of text: String) -> FieldRule? {
        guard text.utf8.count <= Self.maximumLength else { return .tooLong(max: Self.maximumLength) }
        guard text.utf8.allSatisfy(Self.isURLByte), let colon = text.firstIndex(of: ":"),
            schemes.contains(text[..<colon].lowercased()), text[colon...].hasPrefix("://")
        else { return .invalidURL }
        let rest = text[colon...].dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
        guard !authority.contains("@"), !authority.contains("["), isAllowedPort(authority) else { return .invalidURL }
        guard hosts.contains(authority.prefix { $0 != ":" }.lowercased()) else { return .hostNotAllowed }
        guard Self.isPlainPath(path), hasAllowedPrefix(path.isEmpty ? "/" : path) else { return .invalidURL }
        return nil
    }

    private func isAllowedPort(_ authority: Substring) -> Bool {
        guard let colon = authority.firstIndex(of: ":") else { return true }
        let digits = authority[colon...].dropFirst()
        guard (1...5).contains(digits.utf8.count), digits.first != "0", digits.utf8.allSatisfy(Self.isDigit), let port = Int(digits) else {
            return false
        }
        return ports.contains(port)
    }

    private func hasAllowedPrefix(_ path: Substring) -> Bool {
        pathPrefixes.contains { prefix in
            path.utf8.starts(with: prefix.utf8)
                && (path.utf8.count == prefix.utf8.count || path.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: "/"))
        }
    }

    /// No segment that means another directory, and nothing hidden behind a percent sign that would be one.
    private static func isPlainPath(_ path: some StringProtocol) -> Bool {
        let lower = path.lowercased()
        guard isWellEncoded(lower) else { return false }
        return lower.split(separator: "/").allSatisfy { segment in
            // A dot may be written as %2e, and a semicolon cuts the name off for some servers.
            let name = segment.prefix { $0 != ";" }
            var dots = 0
            var index = name.startIndex
            while index < name.endIndex {
                if name[index...].hasPrefix("%2e") {
                    index = name.index(index, offsetBy: 3)
                } else if name[index] == "." {
                    index = name.index(after: index)
                } else {
                    return true
                }
                dots += 1
            }
            return dots == 0 || dots > 2
        }
    }

    /// Each percent sign stands before two digits, and for neither a slash nor a control character.
    private static func isWellEncoded(_ text: String) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            guard part.utf8.count >= 2, let byte = UInt8(part.prefix(2), radix: 16), part.utf8.prefix(2).allSatisfy(isLowerAlphanumeric)
            else {
                return false
            }
            return byte >= 0x20 && byte != 0x7f && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "\\")
        }
    }

    /// Lower-case labels, the last of which is no number: `1.2.3.4`, `127.1` and `0x7f000001` are addresses.
    private static func isName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, let last = labels.last, !last.utf8.allSatisfy(isDigit), !last.hasPrefix("0x") else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    /// RFC 3986 §2, all of which is visible ASCII.
    private static func isURLByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f && !"\"<>\\^`{|}".utf8.contains(byte)
    }
}

/// An entry of ``AllowedURLs`` that makes no sense.
public struct AllowedURLsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// As it was given.
    public let entry: String

    public init(entry: String) { self.entry = entry }

    public var code: String { "ALLOWED_URLS_MALFORMED_ENTRY" }
    public var description: String { "\"\(entry)\" is no host name in lower case, scheme, path or port." }
}
