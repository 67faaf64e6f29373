public import HardeningCore
import Synchronization

/// Hashes passwords with bcrypt and checks them, off the cooperative pool.
///
/// ```swift
/// let passwords = try PasswordHasher()
/// account.hash = try await passwords.hash(password)
/// // Sign-in. Both branches take the same time.
/// let isRight = if let account { try await passwords.verify(password: password, hash: account.hash) }
///     else { try await passwords.verifyUnknownAccount(password: password) }
/// ```
///
/// N. Provos and D. Mazières, "A Future-Adaptable Password Scheme" (1999), in its `$2b$` form. Each
/// hash blocks one of a bounded number of threads; when the queue is full, callers learn at once and
/// can answer 503. A hash that runs cannot be cancelled, a queued one can. The password's bytes are
/// wiped after use; the `String` they came from is the caller's.
public final class PasswordHasher: Sendable {
    /// Below 10 a stolen table falls quickly; above 15 one sign-in takes two seconds and more.
    public static let costs = 10...15

    /// The binary logarithm of the rounds of new hashes.
    public let cost: Int

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
        guard Self.costs.contains(cost) else { throw .costOutOfRange }
        self.init(uncheckedCost: cost, threads: threads, queueLimit: queueLimit, time: time)
    }

    /// Any cost bcrypt knows, 4 to 31, for tests and published vectors.
    package init(uncheckedCost cost: Int, threads: Int = 2, queueLimit: Int = 64, time: TimeSource = .system) {
        self.cost = min(31, max(4, cost))
        self.threads = WorkerThreads(threads: threads, queueLimit: queueLimit)
        self.time = time
    }

    /// Hashes within the queue right now, not counting those that run.
    public var queuedCount: Int { threads.queuedCount }

    /// The `$2b$` hash of a new password under a random salt: 60 characters, to be stored as they are.
    ///
    /// - Throws: ``PasswordError``: `empty`, `tooLong`, `containsNUL`, `busy` or `cancelled`.
    public func hash(_ password: String) async throws(PasswordError) -> String {
        if let fault = Self.fault(of: password) { throw fault }
        let secret = Secret(password.utf8)
        let cost = cost
        let hash = try await run { BcryptHash.compute(password: secret, cost: cost, salt: BcryptHash.randomSalt()) }
        guard let hash else { throw .costOutOfRange }
        return hash.text
    }

    /// Whether `password` is the one that was hashed.
    ///
    /// A password that could not have been hashed costs the same work as a wrong one. So does a hash of
    /// a lower cost than ``cost``, whose missing work is added; one of a higher cost takes its own time.
    ///
    /// - Throws: ``PasswordError``: `malformedHash` (after the same work), `busy` or `cancelled`.
    public func verify(password: String, hash: String) async throws(PasswordError) -> Bool {
        let stored = BcryptHash(hash).flatMap { $0.cost <= max(cost, Self.costs.upperBound) && $0.cost >= 4 ? $0 : nil }
        let isMatch = try await compare(password, with: stored)
        guard stored != nil else { throw .malformedHash }
        return isMatch
    }

    /// The work of ``verify(password:hash:)`` for an account that does not exist.
    ///
    /// Always false.
    ///
    /// Without it, the time of an answer tells which accounts exist.
    public func verifyUnknownAccount(password: String) async throws(PasswordError) -> Bool {
        _ = try await compare(password, with: nil)
        return false
    }

    /// Whether a hash should be replaced at the next sign-in: weaker than ``cost``, an older prefix, or unreadable.
    public func needsRehash(_ hash: String) -> Bool {
        guard let stored = BcryptHash(hash) else { return true }
        return stored.cost < cost || !hash.hasPrefix("$2b$")
    }

    private func compare(_ password: String, with stored: BcryptHash?) async throws(PasswordError) -> Bool {
        let isPossible = Self.fault(of: password) == nil
        // What no account can have is replaced by something that takes the same work.
        let secret = Secret(isPossible ? Array(password.utf8) : Array("impossible".utf8))
        let cost = cost
        let reference = stored ?? BcryptHash(cost: cost, salt: BcryptHash.randomSalt(), digest: [UInt8](repeating: 0, count: 23))
        let isEqual = try await run { () -> Bool in
            let computed = BcryptHash.compute(password: secret, cost: reference.cost, salt: reference.salt)
            // 2^c + 2^c + 2^(c+1) + … + 2^(cost−1) is 2^cost: the work of a hash at today's cost.
            if reference.cost < cost {
                for missing in reference.cost..<cost { _ = BcryptHash.compute(password: secret, cost: missing, salt: reference.salt) }
            }
            return ConstantTime.equal(computed?.digest ?? [], reference.digest)
        }
        return isEqual && isPossible && stored != nil
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

    private static func fault(of password: String) -> PasswordError? {
        if password.isEmpty { return .empty }
        if password.utf8.count > BcryptHash.maximumPasswordBytes { return .tooLong(maximumBytes: BcryptHash.maximumPasswordBytes) }
        return password.utf8.contains(0) ? .containsNUL : nil
    }
}
