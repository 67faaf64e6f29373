public import HardeningCore
import Synchronization

/// Hashes passwords with bcrypt or scrypt and checks them, off the cooperative pool.
///
/// ```swift
/// let passwords = try PasswordHasher()
/// account.hash = try await passwords.hash(password)
/// // Sign-in. Both branches take the same time.
/// let isRight = if let account { try await passwords.verify(password: password, hash: account.hash) }
///     else { try await passwords.verifyUnknownAccount(password: password) }
/// ```
///
/// See ``PasswordScheme`` for the two. Each
/// hash blocks one of a bounded number of threads; when the queue is full, callers learn at once and
/// can answer 503. A hash that runs cannot be cancelled, a queued one can. The password's bytes are
/// wiped after use; the `String` they came from is the caller's.
public final class PasswordHasher: Sendable {
    /// Below 10 a stolen table falls quickly; above 15 one sign-in takes two seconds and more.
    public static let costs = 10...15

    /// How new passwords are hashed.
    public let scheme: PasswordScheme
    /// The binary logarithm of the rounds of new bcrypt hashes; 12 when new ones are made by scrypt.
    public let cost: Int

    /// Stands in for the stored hash of an account that does not exist; read each time, as a stored one is.
    private let unknown: String
    private let threads: WorkerThreads
    private let time: TimeSource
    /// How long one hash took last, in nanoseconds.
    private let lastHash = Atomic<Int64>(250_000_000)

    /// - Parameters:
    ///   - cost: 12 by default: about 0.3 s of one core. Each step doubles it.
    ///   - threads: hashes at once, 2 by default: leave cores to the rest of the service.
    ///   - queueLimit: hashes waiting, 64 by default: at two threads and cost 12 about 10 s of patience.
    /// - Throws: ``PasswordError/costOutOfRange``.
    public convenience init(cost: Int = 12, threads: Int = 2, queueLimit: Int = 64, time: TimeSource = .system) throws(PasswordError) {
        try self.init(scheme: .bcrypt(cost: cost), threads: threads, queueLimit: queueLimit, time: time)
    }

    /// - Parameter scheme: how new passwords are hashed; hashes of the other scheme are still verified.
    /// - Throws: ``PasswordError/costOutOfRange``.
    public convenience init(scheme: PasswordScheme, threads: Int = 2, queueLimit: Int = 64, time: TimeSource = .system)
        throws(PasswordError)
    {
        guard scheme.isAcceptable else { throw .costOutOfRange }
        self.init(uncheckedScheme: scheme, threads: threads, queueLimit: queueLimit, time: time)
    }

    /// Any cost bcrypt knows, 4 to 31, for tests and published vectors.
    package convenience init(uncheckedCost cost: Int, threads: Int = 2, queueLimit: Int = 64, time: TimeSource = .system) {
        self.init(uncheckedScheme: .bcrypt(cost: min(31, max(4, cost))), threads: threads, queueLimit: queueLimit, time: time)
    }

    package init(uncheckedScheme scheme: PasswordScheme, threads: Int = 2, queueLimit: Int = 64, time: TimeSource = .system) {
        self.scheme = scheme
        cost = if case .bcrypt(let cost) = scheme { cost } else { 12 }
        unknown = PasswordHash.unknown(scheme).text
        self.threads = WorkerThreads(threads: threads, queueLimit: queueLimit)
        self.time = time
    }

    /// Hashes within the queue right now, not counting those that run.
    public var queuedCount: Int { threads.queuedCount }

    /// The hash of a new password under a random salt, to be stored as it is: 60 characters of `$2b$`, or
    /// about 100 of `$scrypt$`.
    ///
    /// - Throws: ``PasswordError``: `empty`, `tooLong`, `containsNUL`, `busy` or `cancelled`.
    public func hash(_ password: String) async throws(PasswordError) -> String {
        if let fault = scheme.fault(of: password) { throw fault }
        let secret = Secret(password.utf8)
        let scheme = scheme
        let hash = try await run { PasswordHash.make(password: secret, scheme: scheme) }
        guard let hash else { throw .costOutOfRange }
        return hash
    }

    /// Whether `password` is the one that was hashed.
    ///
    /// A password that could not have been hashed costs the same work as a wrong one. So does a bcrypt hash of
    /// a lower cost than ``cost``, whose missing work is added; a hash of a higher cost or of the other
    /// scheme takes its own time.
    ///
    /// - Throws: ``PasswordError``: `malformedHash` (after the same work), `busy` or `cancelled`.
    public func verify(password: String, hash: String) async throws(PasswordError) -> Bool {
        let stored = read(hash)
        let isMatch = try await compare(password, with: stored ?? read(unknown))
        guard stored != nil else { throw .malformedHash }
        return isMatch
    }

    /// ``verify(password:hash:)``, and a new hash to store when the old one is weaker than today's setting.
    ///
    /// - Returns: whether the password is right, and the hash to replace the stored one with, or nil. A full
    ///   queue never turns a right password into a failure: then the old hash stays until the next sign-in.
    /// - Throws: as ``verify(password:hash:)``.
    public func verifyAndRehash(password: String, hash: String) async throws(PasswordError) -> (isMatch: Bool, replacement: String?) {
        guard try await verify(password: password, hash: hash) else { return (false, nil) }
        guard needsRehash(hash) else { return (true, nil) }
        return (true, try? await self.hash(password))
    }

    /// The work of ``verify(password:hash:)`` for an account that does not exist.
    ///
    /// Always false.
    ///
    /// Without it, the time of an answer tells which accounts exist.
    public func verifyUnknownAccount(password: String) async throws(PasswordError) -> Bool {
        _ = try await compare(password, with: read(unknown))
        return false
    }

    /// Whether a hash should be replaced at the next sign-in: weaker than ``scheme``, of the other scheme, of an
    /// older prefix, or unreadable.
    public func needsRehash(_ hash: String) -> Bool {
        switch (scheme, PasswordHash(hash, bcryptCosts: 4...31)) {
        case (.bcrypt(let cost), .bcrypt(let stored)): stored.cost < cost || !hash.hasPrefix("$2b$")
        case (.scrypt(let wanted), .scrypt(let stored)): !stored.parameters.isAtLeast(wanted)
        default: true
        }
    }

    private func read(_ hash: String) -> PasswordHash? {
        PasswordHash(hash, bcryptCosts: 4...max(cost, Self.costs.upperBound))
    }

    private func compare(_ password: String, with stored: PasswordHash?) async throws(PasswordError) -> Bool {
        guard let stored else { return false }
        let isPossible = stored.scheme.fault(of: password) == nil
        // What no account can have is replaced by something that takes the same work.
        let secret = Secret(isPossible ? Array(password.utf8) : Array("impossible".utf8))
        let cost = cost
        let isEqual = try await run { stored.isHash(of: secret, leastBcryptCost: cost) }
        return isEqual && isPossible
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(PasswordError) -> Value {
        do {
            return try await threads.run { [self] in
                let start = time.monotonic
                let value = work()
                lastHash.store(time.monotonic.duration(since: start).saturatingNanoseconds, ordering: .relaxed)
                return value
            }
        } catch {
            switch error {
            case .cancelled: throw .cancelled
            case .full(let ahead):
                let wait = lastHash.load(ordering: .relaxed).multipliedSaturating(by: Int64(ahead))
                throw .busy(retryAfter: .seconds(max(1, wait.addingSaturating(999_999_999) / 1_000_000_000)))
            }
        }
    }
}
