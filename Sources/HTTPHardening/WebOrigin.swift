/// The origin of a web page as a browser writes it: scheme, host and port, nothing else (RFC 6454 §6.2).
///
/// `https://app.example.com`, `http://localhost:3000`. Two origins are the same when their texts are, because browsers
/// send them in one spelling; a list with any other spelling would silently never match, so it is refused.
public struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
    /// `https://app.example.com`.
    public let description: String

    /// - Parameter text: at most 300 bytes: `http` or `https`, a host in lower-case ASCII (an IDN in its `xn--` form, IPv6 in
    ///   brackets), and a port unless it is the scheme's own. No path, no trailing slash, no user, no wildcard.
    /// - Returns: nil for anything else, `null` included.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= 300 else { return nil }
        let rest: Substring
        let defaultPort: String
        if text.hasPrefix("https://") {
            (rest, defaultPort) = (text.dropFirst(8), "443")
        } else if text.hasPrefix("http://") {
            (rest, defaultPort) = (text.dropFirst(7), "80")
        } else {
            return nil
        }
        guard let port = Self.portBehindHost(rest), port != defaultPort else { return nil }
        description = text
    }

    /// The digits behind the host, empty when there are none; nil when host or port are not written as a browser would.
    private static func portBehindHost(_ text: Substring) -> Substring? {
        let host: Substring
        var port = text[text.endIndex...]
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[...end]
            guard host.dropFirst().dropLast().utf8.allSatisfy({ isLowerHex($0) || $0 == UInt8(ascii: ":") }), host.count > 3 else {
                return nil
            }
            port = text[text.index(after: end)...]
        } else {
            host = text.prefix { $0 != ":" }
            let labels = host.split(separator: ".", omittingEmptySubsequences: false)
            guard labels.allSatisfy(isLabel) else { return nil }
            port = text[host.endIndex...]
        }
        if port.isEmpty { return port }
        guard port.first == ":" else { return nil }
        port = port.dropFirst()
        guard (1...5).contains(port.count), port.utf8.allSatisfy(isDigit), port.first != "0", let number = Int(port), number <= 65_535
        else {
            return nil
        }
        return port
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy {
                isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
