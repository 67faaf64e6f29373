import RateLimit
import TokenAuth

/// What is fixed in the real server and a test may want otherwise.
struct DemoTuning: Sendable {
    /// The most a provider may take for one answer.
    var chatTimeout: Duration = .seconds(30)
    /// The windows of each plan, in textual form.
    var plans = PlanTiers.standardPlans
    /// Stands between signing in and the hasher, to look at what passes.
    var passwords: @Sendable (PasswordHasher) -> any PasswordChecking = { $0 }
}
