/// How passwords are hashed.
///
/// bcrypt (N. Provos and D. Mazières, "A Future-Adaptable Password Scheme", 1999) in its `$2b$` form is
/// understood everywhere, and reads 72 bytes. scrypt (RFC 7914) also costs an attacker memory, and reads
/// passwords of any length up to ``maximumPasswordBytes``. Changing the scheme of a service in use is safe:
/// old hashes are verified and replaced one by one as their owners sign in.
public enum PasswordScheme: Sendable, Hashable {
    /// The binary logarithm of the rounds, ``PasswordHasher/costs``; 12 is about 0.3 s of one core.
    case bcrypt(cost: Int)
    case scrypt(ScryptParameters)

    /// What scrypt accepts; more would let a client choose how long hashing takes.
    public static let maximumPasswordBytes = 1_024

    var isAcceptable: Bool {
        switch self {
        case .bcrypt(let cost): PasswordHasher.costs.contains(cost)
        // Valid by construction.
        case .scrypt: true
        }
    }

    /// Why this password cannot be hashed by the scheme, or nil.
    func fault(of password: String) -> PasswordError? {
        if password.isEmpty { return .empty }
        switch self {
        case .bcrypt:
            if password.utf8.count > BcryptHash.maximumPasswordBytes { return .tooLong(maximumBytes: BcryptHash.maximumPasswordBytes) }
            return password.utf8.contains(0) ? .containsNUL : nil
        case .scrypt:
            return password.utf8.count > Self.maximumPasswordBytes ? .tooLong(maximumBytes: Self.maximumPasswordBytes) : nil
        }
    }
}

/// The three numbers of scrypt, RFC 7914 §2.
public struct ScryptParameters: Sendable, Hashable {
    /// The binary logarithm of N, 14 to 20.
    public let logRounds: Int
    /// r, 1 to 32.
    public let blockSize: Int
    /// p, 1 to 16.
    public let parallelism: Int

    /// N = 2¹⁷, r = 8, p = 1: 128 MiB and about 0.4 s, what OWASP's password storage cheat sheet names first.
    ///
    /// The memory is per hash: threads × 128 MiB in all.
    public static let recommended = ScryptParameters(unchecked: 17, 8, 1)

    /// - Returns: nil outside of the ranges, or when one hash would take less than 16 MiB or more than 1 GiB.
    public init?(logRounds: Int, blockSize: Int, parallelism: Int) {
        guard (14...20).contains(logRounds), (1...32).contains(blockSize), (1...16).contains(parallelism) else { return nil }
        self.init(unchecked: logRounds, blockSize, parallelism)
        guard (16 << 20...1 << 30).contains(byteCount) else { return nil }
    }

    package init(unchecked logRounds: Int, _ blockSize: Int, _ parallelism: Int) {
        self.logRounds = logRounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// Memory of one hash.
    public var byteCount: Int { 128 * blockSize << logRounds }

    /// Whether no less memory and no less work than `other`.
    func isAtLeast(_ other: ScryptParameters) -> Bool {
        byteCount >= other.byteCount && byteCount * parallelism >= other.byteCount * other.parallelism
    }
}
