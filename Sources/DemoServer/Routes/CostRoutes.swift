import CostTracker
import HTTPHardening
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// `GET /api/costs`: what the caller has spent.
struct CostRoutes: Sendable {
    let ledger: CostLedger

    func own(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let user = try context.hardening.requireCaller().value.subject
        return JSONAnswer(OwnCosts(try await ledger.summary(user: user), try await ledger.status()))
    }

    private struct OwnCosts: Encodable {
        let totalUsd: Dollars
        /// Promised to requests that are under way.
        let heldUsd: Dollars
        /// Left the server and never answered for: the provider may have charged it.
        let suspenseUsd: Dollars
        let refundedUsd: Dollars
        let requests: Int64
        let inputTokens: Int64
        let outputTokens: Int64
        /// Whether any chat is refused until the day or the month ends.
        let limitReached: Bool

        init(_ own: AccountBalance, _ all: CostStatus) {
            totalUsd = Dollars(own.used)
            heldUsd = Dollars(own.held)
            suspenseUsd = Dollars(own.suspense)
            refundedUsd = Dollars(own.refunded)
            requests = own.requests
            inputTokens = own.inputTokens
            outputTokens = own.outputTokens
            limitReached = all.isLimitReached
        }
    }
}
