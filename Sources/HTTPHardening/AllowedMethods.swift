/// Which methods each route answers, for the `Allow` header of a 405.
///
/// A router that finds no handler cannot tell "no such page" from "wrong method". This table can:
/// it is consulted only then, so it is a plain list.
public struct AllowedMethods: Sendable {
    private struct Route: Sendable {
        let segments: [Substring]
        var methods: Set<String>
    }

    private var routes: [Route] = []

    public init() {}

    /// Adds a route.
    ///
    /// - Parameters:
    ///   - method: upper case, as sent.
    ///   - pattern: a path whose segments are literal, `{name}` or `:name` for any one segment, `*`
    ///     likewise, or a final `**` for the rest.
    public mutating func add(_ method: String, _ pattern: String) {
        let segments = pattern.split(separator: "/")
        if let index = routes.firstIndex(where: { $0.segments == segments }) {
            routes[index].methods.insert(method)
        } else {
            routes.append(Route(segments: segments, methods: [method]))
        }
    }

    /// The methods that `path` answers, sorted; empty when no route matches.
    ///
    /// - Complexity: O(routes × segments). `HEAD` is listed wherever `GET` is.
    public func methods(for path: some StringProtocol) -> [String] {
        let segments = Substring(path).split(separator: "/")
        var methods: Set<String> = []
        for route in routes where Self.matches(route.segments, segments) { methods.formUnion(route.methods) }
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.sorted()
    }

    private static func matches(_ pattern: [Substring], _ path: [Substring]) -> Bool {
        for (index, segment) in pattern.enumerated() {
            if segment == "**" { return true }
            guard index < path.count else { return false }
            let isCapture = segment == "*" || segment.hasPrefix(":") || (segment.hasPrefix("{") && segment.hasSuffix("}"))
            if !isCapture && segment != path[index] { return false }
        }
        return pattern.count == path.count
    }
}
