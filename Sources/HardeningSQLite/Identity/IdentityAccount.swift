public import HardeningCore

/// One account, as far as signing in needs it.
///
/// Plan and roles are names of the service's own choice. The hash is left out of descriptions and dumps.
public struct IdentityAccount: Sendable, Hashable {
    /// The subject of its tokens and sessions, the owner of its API keys; chosen by the service, not by the user.
    public let id: String
    /// Folded to lower case, so that one mailbox is one account; whether it is an address at all is checked by whoever takes it.
    public let email: String
    /// As its owner wrote it.
    public let name: String?
    /// As `PasswordHasher` writes it.
    public var passwordHash: String
    /// Names a plan of the service's.
    public let plan: String
    /// Name roles of the service's.
    public let roles: [String]
    /// When it was registered.
    public let createdAt: Timestamp

    /// - Parameter email: in any case.
    public init(
        id: String, email: String, name: String? = nil, passwordHash: String, plan: String, roles: [String] = [], createdAt: Timestamp
    ) {
        self.id = id
        self.email = Self.fold(email)
        self.name = name
        self.passwordHash = passwordHash
        self.plan = plan
        self.roles = roles
        self.createdAt = createdAt
    }

    /// The spelling under which an e-mail is stored and found.
    ///
    /// Lower case by Unicode's default mapping. The part before the @ could differ by case (RFC 5321 §2.4), but no provider in
    /// use tells such mailboxes apart, and two accounts for them would be a trap.
    static func fold(_ email: String) -> String { email.lowercased() }
}

extension IdentityAccount: CustomStringConvertible, CustomReflectable {
    public var description: String { "<account \(id)>" }

    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "id": id, "email": email, "name": name as Any, "plan": plan, "roles": roles, "createdAt": createdAt,
            ])
    }
}
