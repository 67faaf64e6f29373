import ErrorCatalog
import HardeningCore
import RateLimit

/// Locks an account after five failed sign-ins within an hour.
///
/// An attempt is charged before the password is looked at and given back when it was right, so that
/// guesses made side by side cannot outrun the count. A refused attempt charges nothing: trying on
/// does not prolong the lock. Unknown accounts are counted like known ones.
struct FailedSignIns: Sendable {
    /// One attempt that has been charged.
    struct Attempt: Sendable {
        fileprivate let check: RateLimitCheck
    }

    private static let allowed = 5

    private let limiter: RateLimiter
    private let policy: RateLimitPolicy

    init(time: TimeSource) throws {
        limiter = RateLimiter(capacity: 100_000, time: time)
        policy = try RateLimitPolicy("failed-sign-ins", [.slidingWindow(Self.allowed, per: .seconds(3600))])
    }

    /// - Throws: ACCOUNT_LOCKED with the wait.
    func begin(_ email: String) throws(CatalogError) -> Attempt {
        let check = RateLimitCheck(policy, key: email)
        guard case .refused(let refusal) = limiter.admit([check], cost: 1) else { return Attempt(check: check) }
        if case .later(let wait) = refusal.retry { throw CatalogError(.accountLocked, retryAfter: wait) }
        throw CatalogError(.accountLocked)
    }

    /// Forgets the failures before it too.
    func succeeded(_ attempt: Attempt) {
        limiter.refund([attempt.check], cost: Self.allowed)
    }
}
