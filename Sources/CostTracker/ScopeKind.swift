/// What a budget counts by: the session, the user, the tenant, everyone together, or your own name.
public struct ScopeKind: RawRepresentable, Sendable, Hashable {
    /// The position in ``builtIn`` or ``namedCode``: compared first, on every request.
    let code: UInt8
    /// Empty for the built-in kinds.
    private let name: String

    /// The code of every scope of your own.
    static let namedCode: UInt8 = 5

    private static let builtIn = ["session", "user", "tenant", "everyone", "model"]

    public static let session = ScopeKind(code: 0)
    public static let user = ScopeKind(code: 1)
    public static let tenant = ScopeKind(code: 2)
    /// All requests of the service.
    public static let everyone = ScopeKind(code: 3)
    /// All requests to one model, under the name the price table lists.
    public static let model = ScopeKind(code: 4)

    /// One request of a user with all its attempts: retries, hedges, and fallbacks to other models.
    ///
    /// See ``Budget/request(_:)``.
    public static let request = ScopeKind(rawValue: "request")

    /// A scope of your own, such as `project`, given by ``CostScope/others``.
    ///
    /// The name of a built-in kind means that kind.
    public static func named(_ name: String) -> ScopeKind { ScopeKind(rawValue: name) }

    private init(code: UInt8) {
        self.code = code
        name = ""
    }

    public init(rawValue: String) {
        let position = Self.builtIn.firstIndex(of: rawValue)
        code = position.map(UInt8.init) ?? Self.namedCode
        name = position == nil ? rawValue : ""
    }

    public var rawValue: String {
        code < Self.namedCode ? Self.builtIn[Int(code)] : name
    }
}

extension ScopeKind: ExpressibleByStringLiteral {
    /// The kind of that name, so that one can write `others: ["project": "apollo"]`.
    public init(stringLiteral name: String) { self.init(rawValue: name) }
}
