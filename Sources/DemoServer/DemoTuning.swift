import CircuitBreaker
import HardeningHummingbird
import RateLimit
import TokenAuth

/// What is fixed in the real server and a test may want otherwise.
struct DemoTuning: Sendable {
    /// The most a provider may take for one answer, or to begin a streamed one.
    var chatTimeout: Duration = .seconds(30)
    /// The most all attempts at one answer may take together.
    var chatDeadline: Duration = .seconds(45)
    /// How often a provider is asked for one answer, the first time included.
    var chatAttempts = 2
    /// Connections at once; the system queues further ones.
    var connectionsAtOnce = 4096
    /// Requests under way at once, health checks not counted.
    var requestsAtOnce = 512
    /// Chats under way at once, per provider.
    var chatsAtOnce = 32
    /// How long a stream may take to its first byte.
    var streamFirstByte: Duration = .seconds(20)
    /// How long a stream may be silent.
    var streamIdle: Duration = .seconds(15)
    /// The clock of deadlines and retries.
    var waiter: Waiter = .system
    /// The jitter of retries; zero waits for nothing.
    var jitter: @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    /// How long the simulated upstream thinks when it is slow.
    var upstreamPause: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(2)) }
    /// When a client is too slow.
    var slowClients = SlowClientLimits()
    /// The windows of each plan, in textual form.
    var plans = PlanTiers.standardPlans
    /// Stands between signing in and the hasher, to look at what passes.
    var passwords: @Sendable (PasswordHasher) -> any PasswordChecking = { $0 }
}
