/// The plans a service sells, as data: a policy for each, chosen per request.
///
/// All plans share the policy name, so a client who upgrades takes along what was used, and one who downgrades
/// cannot shed it.
///
/// ```swift
/// let tiers = try PlanTiers.standard()
/// limiter.admit(tiers.policy(for: user.plan), key: user.id)
/// ```
public struct PlanTiers: Sendable {
    private let policies: [String: RateLimitPolicy]
    private let fallback: RateLimitPolicy

    /// - Parameters:
    ///   - plans: plan names and their windows in textual form.
    ///   - fallback: the plan of clients whose plan is missing or unknown; one of `plans`, usually the smallest.
    ///   - policyName: the name of all the policies.
    /// - Throws: ``RateLimitPolicyError``.
    public init(_ plans: [String: String], fallback: String, policyName: String = "plan") throws(RateLimitPolicyError) {
        var policies: [String: RateLimitPolicy] = [:]
        for (plan, text) in plans { policies[plan] = try RateLimitPolicy(policyName, parsing: text) }
        guard let policy = policies[fallback] else {
            throw RateLimitPolicyError(.unknownPlan, "The fallback plan is not among the plans.")
        }
        self.policies = policies
        self.fallback = policy
    }

    /// The policy of a plan, or the fallback's.
    public func policy(for plan: String?) -> RateLimitPolicy {
        plan.flatMap { policies[$0] } ?? fallback
    }

    public var planNames: [String] { policies.keys.sorted() }

    /// What ``standard()`` is made of.
    public static let standardPlans = ["free": "100/minute", "pro": "1000/minute", "enterprise": "10000/minute"]

    /// Free 100, pro 1,000, enterprise 10,000 a minute; free for anybody else.
    public static func standard() throws(RateLimitPolicyError) -> PlanTiers {
        try PlanTiers(standardPlans, fallback: "free")
    }
}
