/// Paths that limits and the abuse guard leave alone, such as health checks.
///
/// ```swift
/// let exempt = ExemptRoutes(exact: ["/health", "/metrics"], below: ["/internal"])
/// ```
/// A path is compared byte by byte as it was sent. One that could mean another path to a router or a file system
/// (`.` and `..` segments, empty segments, percent signs, backslashes, control characters) is never exempt: who writes a
/// health check writes it plainly.
///
/// Prefer ``init(exact:below:)``'s exact paths. Below a prefix also lie the pages that do not exist, and whoever
/// asks for them is not counted.
public struct ExemptRoutes: Sendable, Hashable {
    private let exact: Set<String>
    /// Each without its final slash.
    private let prefixes: [String]

    /// - Parameters:
    ///   - exact: these paths and no others.
    ///   - prefixes: these paths and all below them, from a `/` on: `/health` covers `/health/live`, not `/healthy`. The
    ///     root is not one: a limit should not be switched off by a single character. What is not a plain path exempts nothing.
    public init(exact: [String] = [], below prefixes: [String] = []) {
        self.exact = Set(exact.filter(Self.isPlain))
        self.prefixes = prefixes.filter { $0 != "/" && Self.isPlain($0) }.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    /// No path.
    public static let none = ExemptRoutes()

    /// Whether `path`, without its query, is exempt.
    ///
    /// - Complexity: O(length × prefixes); no allocation for strings that are native and contiguous.
    public func contains(_ path: String) -> Bool {
        if exact.isEmpty && prefixes.isEmpty { return false }
        // An exact path is plain because only plain ones are in the set.
        if exact.contains(path) { return true }
        return prefixes.contains { Self.isAt($0, orBelow: path) } && Self.isPlain(path)
    }

    private static func isAt(_ prefix: String, orBelow path: String) -> Bool {
        guard path.utf8.starts(with: prefix.utf8) else { return false }
        let rest = path.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }

    /// A slash, and segments of visible ASCII that are neither empty nor dots; a final slash may follow.
    private static func isPlain(_ path: String) -> Bool {
        guard path.utf8.first == UInt8(ascii: "/") else { return false }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "\\") }) else { return false }
        var segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        if segments.count > 1, segments.last?.isEmpty == true { segments.removeLast() }
        return segments.allSatisfy { segment in
            // Path parameters after a semicolon are cut off by some servers: "..;" is ".." to them.
            let name = segment.prefix { $0 != UInt8(ascii: ";") }
            return segment.isEmpty ? path.utf8.count == 1 : !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
        }
    }
}
