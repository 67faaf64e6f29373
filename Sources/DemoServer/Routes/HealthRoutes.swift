import CircuitBreaker
import CostTracker
import Foundation
import HardeningCore
import Hummingbird

/// Whether the server is well, in the simple form: what it knows without asking anybody.
struct HealthRoutes: Sendable {
    let breakers: Breakers
    let ledger: CostLedger
    let build: BuildInformation
    let time: TimeSource

    enum Status: String, Encodable {
        case healthy = "HEALTHY"
        case degraded = "DEGRADED"
    }

    /// What can be less than well, each by itself.
    struct Checks: Encodable {
        let circuits: Status
        let costs: Status

        /// A circuit that an operator switched off is as it should be; one that an operator opened is not.
        init(_ breakers: Breakers, _ status: CostStatus) {
            circuits = breakers.all.allSatisfy { $0.state == .closed || $0.state == .disabled } ? .healthy : .degraded
            costs = status.isLimitReached ? .degraded : .healthy
        }

        /// The worst of them.
        var status: Status { circuits == .healthy && costs == .healthy ? .healthy : .degraded }
    }

    /// Every path of it: what limits and the abuse guard leave alone.
    static var paths: [String] {
        quickPaths + readinessPaths + livenessPaths + versionPaths + ["/health/detailed", "/health/circuits", "/health/costs"]
    }

    static let quickPaths = ["/health", "/api/v1/health"]
    static let readinessPaths = ["/health/readiness", "/health/ready", "/api/v1/ready"]
    static let livenessPaths = ["/health/liveness", "/health/live", "/api/v1/live"]
    static let versionPaths = ["/health/version", "/api/v1/version"]

    // MARK: - One question each

    func quick(_ request: Request, _ context: DemoContext) -> some ResponseGenerator {
        JSONAnswer(["status": Status.healthy.rawValue, "timestamp": time.timestamp.description])
    }

    func detailed(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let checks = Checks(breakers, try await ledger.status())
        return JSONAnswer(Detailed(status: checks.status, checks: checks, timestamp: time.timestamp.description))
    }

    func circuits(_ request: Request, _ context: DemoContext) -> some ResponseGenerator {
        JSONAnswer(Circuits(circuits: Dictionary(uniqueKeysWithValues: breakers.all.map { ($0.name, Circuit($0)) })))
    }

    func costs(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        JSONAnswer(Costs(try await ledger.status()))
    }

    func readiness(_ request: Request, _ context: DemoContext) -> some ResponseGenerator {
        JSONAnswer(["status": "READY"])
    }

    func liveness(_ request: Request, _ context: DemoContext) -> some ResponseGenerator {
        JSONAnswer(["status": "ALIVE"])
    }

    func version(_ request: Request, _ context: DemoContext) -> some ResponseGenerator {
        JSONAnswer(build)
    }

    // MARK: - Shapes

    private struct Detailed: Encodable {
        let status: Status
        let checks: Checks
        let timestamp: String
    }

    private struct Circuits: Encodable {
        let circuits: [String: Circuit]
    }

    private struct Circuit: Encodable {
        let state: String
        let failures: Int
        let retryAfterSeconds: Int64?
        let openings: UInt64
        let refusals: UInt64
        let explanation: String

        init(_ breaker: Breaker) {
            let snapshot = breaker.snapshot
            state = snapshot.state.rawValue
            failures = snapshot.failures
            retryAfterSeconds = snapshot.retryAfterSeconds
            openings = snapshot.totals.openings
            refusals = snapshot.totals.refusals
            explanation = breaker.explain()
        }

        private enum CodingKeys: CodingKey {
            case state, failures, retryAfterSeconds, openings, refusals, explanation
        }

        /// Keeps `retry_after_seconds` as null where nobody has to wait.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(state, forKey: .state)
            try container.encode(failures, forKey: .failures)
            try container.encode(retryAfterSeconds, forKey: .retryAfterSeconds)
            try container.encode(openings, forKey: .openings)
            try container.encode(refusals, forKey: .refusals)
            try container.encode(explanation, forKey: .explanation)
        }
    }

    struct Costs: Encodable {
        let dailyCostUsd: Dollars
        let dailyLimitUsd: Dollars?
        let dailyUsagePercent: Decimal?
        let limitReached: Bool
        let monthlyCostUsd: Dollars
        let monthlyLimitUsd: Dollars?
        let monthlyUsagePercent: Decimal?

        init(_ status: CostStatus) {
            dailyCostUsd = Dollars(status.day.used)
            dailyLimitUsd = status.day.limit.map(Dollars.init)
            dailyUsagePercent = status.day.usagePercent.flatMap { Decimal(string: $0.description) }
            limitReached = status.isLimitReached
            monthlyCostUsd = Dollars(status.month.used)
            monthlyLimitUsd = status.month.limit.map(Dollars.init)
            monthlyUsagePercent = status.month.usagePercent.flatMap { Decimal(string: $0.description) }
        }
    }
}
