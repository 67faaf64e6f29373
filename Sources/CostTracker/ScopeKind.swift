/// What a budget counts by: the session, the user, the tenant, everyone together, or your own name.
public struct ScopeKind: RawRepresentable, Sendable, Hashable {
    /// The built-in kinds carry no text: they are copied and compared on every request.
    private enum Storage: Sendable, Hashable {
        case session
        case user
        case tenant
        case everyone
        case model
        case named(String)
    }

    private let storage: Storage

    public static let session = ScopeKind(storage: .session)
    public static let user = ScopeKind(storage: .user)
    public static let tenant = ScopeKind(storage: .tenant)
    /// All requests of the service.
    public static let everyone = ScopeKind(storage: .everyone)
    /// All requests to one model, under the name the price table lists.
    public static let model = ScopeKind(storage: .model)

    /// A scope of your own, such as `project`, given by ``CostScope/others``.
    ///
    /// The name of a built-in kind means that kind.
    public static func named(_ name: String) -> ScopeKind { ScopeKind(rawValue: name) }

    private init(storage: Storage) { self.storage = storage }

    public init(rawValue: String) {
        storage =
            switch rawValue {
            case "session": .session
            case "user": .user
            case "tenant": .tenant
            case "everyone": .everyone
            case "model": .model
            default: .named(rawValue)
            }
    }

    public var rawValue: String {
        switch storage {
        case .session: "session"
        case .user: "user"
        case .tenant: "tenant"
        case .everyone: "everyone"
        case .model: "model"
        case .named(let name): name
        }
    }
}

extension ScopeKind: ExpressibleByStringLiteral {
    /// The kind of that name, so that one can write `others: ["project": "apollo"]`.
    public init(stringLiteral name: String) { self.init(rawValue: name) }
}
