public import HTTPTypes
public import HardeningCore

/// Finds the address a request really came from.
///
/// A forwarding header is a claim of whoever sent it. It is believed only as far as a chain of
/// proxies that the operator named vouches for it: from the peer of the socket leftwards through
/// the header, as long as every hop is in the trusted blocks. The first address outside them is
/// the client. Nobody is trusted by default.
///
/// Taking the left-most entry instead, as many frameworks do, lets any client choose its address
/// and so its rate limit (GHSA-46wh-pxpv-q5gq).
public struct ClientAddressResolver: Sendable {
    /// Which header the trusted proxies write.
    ///
    /// Only that one is read: a proxy that sets one header
    /// usually passes the other through from the client untouched.
    public enum Header: Sendable, Hashable {
        case xForwardedFor
        /// RFC 7239.
        case forwarded
    }

    public let trustedProxies: [CIDRBlock]
    public let header: Header

    /// Hops read before the walk stops; a longer chain is not a chain of known proxies.
    public static let maximumHops = 32

    public init(trustedProxies: [CIDRBlock] = [], header: Header = .xForwardedFor) {
        self.trustedProxies = trustedProxies
        self.header = header
    }

    /// The client's address: the peer itself, or what trusted proxies say of it.
    ///
    /// A malformed entry stops the walk: the client is then the last hop that could be read.
    ///
    /// - Complexity: O(length of the header), at most ``maximumHops`` entries parsed.
    public func address(peer: IPAddress, fields: HTTPFields) -> IPAddress {
        var client = peer
        guard isTrusted(client) else { return client }
        var hops = 0
        for line in fields[values: header == .xForwardedFor ? .xForwardedFor : .forwarded].reversed() {
            for entry in Self.split(line, at: ",").reversed() {
                hops += 1
                guard hops <= Self.maximumHops, let next = read(entry) else { return client }
                client = next
                guard isTrusted(client) else { return client }
            }
        }
        return client
    }

    /// Whether a forwarding header came from a peer that is not trusted: worth one warning in the
    /// log, since either a proxy is missing from the configuration or somebody is trying.
    public func ignoresForwarding(peer: IPAddress, fields: HTTPFields) -> Bool {
        !isTrusted(peer) && (fields.contains(.xForwardedFor) || fields.contains(.forwarded))
    }

    /// Whether `address` belongs to a trusted proxy.
    public func isTrusted(_ address: IPAddress) -> Bool {
        trustedProxies.contains { $0.contains(address) }
    }

    private func read(_ entry: Substring) -> IPAddress? {
        switch header {
        case .xForwardedFor: return Self.node(entry)
        case .forwarded:
            for pair in Self.split(entry, at: ";") {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard sides.count == 2, sides[0].trimmingOptionalWhitespace().lowercased() == "for" else { continue }
                return Self.node(sides[1])
            }
            return nil
        }
    }

    /// An address with optional quotes, brackets and port; `unknown` and obfuscated names are not one.
    private static func node(_ text: Substring) -> IPAddress? {
        var node = text.trimmingOptionalWhitespace()
        if node.first == "\"", node.last == "\"", node.utf8.count >= 2 { node = node.dropFirst().dropLast() }
        if node.first == "[" {
            guard let end = node.firstIndex(of: "]") else { return nil }
            guard isPort(node[node.index(after: end)...]) else { return nil }
            return IPAddress(node[node.index(after: node.startIndex)..<end])
        }
        if let colon = node.firstIndex(of: ":"), colon == node.lastIndex(of: ":") {
            return isPort(node[colon...]) ? IPAddress(node[..<colon]) : nil
        }
        return IPAddress(node)
    }

    /// Nothing, or a colon and a port number.
    private static func isPort(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        return text.first == ":" && (2...6).contains(text.utf8.count) && UInt16(text.dropFirst()) != nil
    }

    /// Splits outside double quotes.
    private static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
        var isQuoted = false
        return Substring(text).split(omittingEmptySubsequences: false) { character in
            if character == "\"" { isQuoted.toggle() }
            return character == separator && !isQuoted
        }
    }
}
