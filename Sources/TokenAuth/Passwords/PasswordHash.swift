import HardeningCore

/// A stored hash of either scheme.
enum PasswordHash: Sendable {
    case bcrypt(BcryptHash)
    case scrypt(ScryptHash)

    /// - Returns: nil for anything else, and for a bcrypt cost outside of the range.
    init?(_ text: String, bcryptCosts: ClosedRange<Int>) {
        if let hash = BcryptHash(text) {
            guard bcryptCosts.contains(hash.cost) else { return nil }
            self = .bcrypt(hash)
        } else if let hash = ScryptHash(text) {
            self = .scrypt(hash)
        } else {
            return nil
        }
    }

    /// What an account that does not exist is compared with: random, so that reading it takes as long as reading a real one.
    static func unknown(_ scheme: PasswordScheme) -> PasswordHash {
        switch scheme {
        case .bcrypt(let cost): .bcrypt(BcryptHash(cost: cost, salt: RandomBytes.make(16), digest: RandomBytes.make(23)))
        case .scrypt(let parameters):
            .scrypt(ScryptHash(parameters: parameters, salt: RandomBytes.make(16), digest: RandomBytes.make(32)))
        }
    }

    /// The text of a new hash, or nil when it cannot be computed.
    static func make(password: Secret, scheme: PasswordScheme) -> String? {
        let salt = RandomBytes.make(16)
        switch scheme {
        case .bcrypt(let cost): return BcryptHash.compute(password: password, cost: cost, salt: salt)?.text
        case .scrypt(let parameters):
            let digest = ScryptHash.compute(password: password, parameters: parameters, salt: salt)
            return digest.map { ScryptHash(parameters: parameters, salt: salt, digest: $0).text }
        }
    }

    var text: String {
        switch self {
        case .bcrypt(let hash): hash.text
        case .scrypt(let hash): hash.text
        }
    }

    var scheme: PasswordScheme {
        switch self {
        case .bcrypt(let hash): .bcrypt(cost: hash.cost)
        case .scrypt(let hash): .scrypt(hash.parameters)
        }
    }

    /// Compares in constant time, after at least the work of the cost given when both are bcrypt.
    func isHash(of password: Secret, leastBcryptCost cost: Int) -> Bool {
        switch self {
        case .bcrypt(let hash):
            let computed = BcryptHash.compute(password: password, cost: hash.cost, leastCost: cost, salt: hash.salt)
            return ConstantTime.equal(computed?.digest ?? [], hash.digest)
        case .scrypt(let hash):
            let computed = ScryptHash.compute(password: password, parameters: hash.parameters, salt: hash.salt)
            return ConstantTime.equal(computed ?? [], hash.digest)
        }
    }
}
