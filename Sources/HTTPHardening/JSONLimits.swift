import ErrorCatalog

/// How complicated a JSON document may be.
///
/// Its bytes are bounded before; these bound what a handler walks through.
public struct JSONLimits: Sendable, Hashable {
    /// Levels of objects and lists, the document itself included; at most ``JSONValue/maximumDepth``, beyond which nothing is parsed.
    public let maximumDepth: Int
    /// Members of all objects and elements of all lists together.
    public let maximumMembers: Int

    public init(maximumDepth: Int = JSONValue.maximumDepth, maximumMembers: Int = 10_000) {
        self.maximumDepth = max(1, maximumDepth)
        self.maximumMembers = max(0, maximumMembers)
    }

    /// The rule that `document` breaks, or nil.
    ///
    /// - Complexity: O(n); recursion is at most ``JSONValue/maximumDepth`` deep.
    func violation(of document: JSONValue) -> FieldRule? {
        var members = 0
        if Self.depth(of: document, counting: &members) > maximumDepth { return .tooDeep(max: maximumDepth) }
        return members > maximumMembers ? .tooMany(max: maximumMembers) : nil
    }

    private static func depth(of value: JSONValue, counting members: inout Int) -> Int {
        var deepest = 0
        switch value {
        case .array(let elements):
            members += elements.count
            for element in elements { deepest = max(deepest, depth(of: element, counting: &members)) }
        case .object(let object):
            members += object.count
            for element in object.values { deepest = max(deepest, depth(of: element, counting: &members)) }
        default: return 0
        }
        return deepest + 1
    }
}
