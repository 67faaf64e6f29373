/// Who a request is charged to.
///
/// Budgets and summaries of a kind apply to the requests that name that scope; daily and monthly
/// budgets of everyone apply to all. A name is 1 to 256 bytes.
public struct CostScope: Sendable, Hashable {
    public var session: String?
    public var user: String?
    public var tenant: String?
    /// Names in scopes of your own, by kind; at most eight.
    public var others: [ScopeKind: String]

    /// - Parameter request: see ``request``.
    public init(
        session: String? = nil, user: String? = nil, tenant: String? = nil, request: String? = nil, others: [ScopeKind: String] = [:]
    ) {
        self.session = session
        self.user = user
        self.tenant = tenant
        self.others = others
        if let request { self.request = request }
    }

    /// The request that this is an attempt of, for ``Budget/request(_:)``.
    ///
    /// Kept as one of ``others``.
    public var request: String? {
        get { others.isEmpty ? nil : others[.request] }
        set { others[.request] = newValue }
    }

    func validate() throws(LedgerError) {
        try Self.validate(session)
        try Self.validate(user)
        try Self.validate(tenant)
        if others.isEmpty { return }
        guard others.count <= 8 else { throw LedgerError(.scopeInvalid, "more than eight scopes of your own") }
        for (kind, name) in others {
            try Self.validate(kind.rawValue)
            try Self.validate(name)
        }
    }

    @inline(__always)
    static func validate(_ name: String?) throws(LedgerError) {
        guard let name else { return }
        guard (1...256).contains(name.utf8.count) else {
            throw LedgerError(.scopeInvalid, "the name of a scope has \(name.utf8.count) bytes, not 1 to 256")
        }
    }
}
