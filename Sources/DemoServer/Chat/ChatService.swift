import CircuitBreaker
import CostTracker
import ErrorCatalog
import HTTPHardening
import HardeningCore

/// One chat request, in order: reserve the most it can cost, ask the provider through its layers,
/// settle what it did cost.
///
/// The hold is made once and pays for one attempt: another follows only where the one before cannot have been
/// charged. However it ends, nothing stays held by mistake.
struct ChatService: Sendable {
    /// What a caller asked for, validated.
    struct Question: Sendable {
        let user: String
        let session: String
        let model: String
        let message: String
        let maxTokens: Int
        let wantsStream: Bool
        /// Identifies the attempt in the ledger: repeating it charges once.
        let key: String

        var sessionKey: String { "\(user)/\(session)" }

        /// A token is at least one byte, so the bytes bound the tokens; the rest is the request's own frame.
        var input: InputBound { .atMostUncached(Int64(message.utf8.count) + 64) }

        /// What is held for.
        ///
        /// A stream is metered by an estimate of two bytes a token. Words may have up to six, and the estimate must not
        /// cut short what the provider bounds by itself.
        var maxOutput: Int64 { Int64(maxTokens) * (wantsStream ? 3 : 1) }

        var request: ChatRequest { ChatRequest(model: model, messages: [.user(message)], maxTokens: maxTokens) }
    }

    /// The provider's reply and what it cost.
    struct Reply: Sendable {
        let answer: ChatAnswer
        let cost: Cost
    }

    /// What one answer cost, and where the budgets stand after it.
    struct Cost: Sendable {
        let entry: LedgerEntry
        let session: AccountBalance
        let status: CostStatus
    }

    let providers: ChatProviders
    let ledger: CostLedger
    let sessions: ChatSessions
    let pipelines: ChatPipelines
    let timeout: Duration

    /// - Throws: what is answered as FORBIDDEN, VALIDATION_ERROR, COST_LIMIT_ERROR, DATABASE_ERROR or AI_SERVICE_ERROR.
    func reply(to question: Question) async throws -> Reply {
        let hold = try await reserve(question)
        let provider = providers.serving(model: question.model)
        let answer: ChatAnswer
        do {
            answer = try await ask(provider, question.request, holding: hold)
        } catch {
            throw try await close(hold, after: error, of: provider.provider)
        }
        let entry = try await settle(hold, answer: answer)
        return Reply(answer: answer, cost: try await cost(of: entry, question))
    }

    /// Claims the session and holds the most the answer can cost.
    func reserve(_ question: Question) async throws -> Hold {
        try sessions.claim(question.session, for: question.user)
        return try await ledger.reserve(
            CostScope(session: question.sessionKey, user: question.user), model: question.model, input: question.input,
            maxOutput: question.maxOutput, key: question.key)
    }

    func cost(of entry: LedgerEntry, _ question: Question) async throws -> Cost {
        Cost(entry: entry, session: try await ledger.summary(session: question.sessionKey), status: try await ledger.status())
    }

    /// Ends a hold whose call failed before it had an answer.
    ///
    /// - Returns: what the client is told.
    func close(_ hold: Hold, after error: any Error, of provider: Provider) async throws -> any Error {
        switch error {
        case let rejection as Breaker.Rejection:
            try await giveBack(hold)
            return CatalogError.ai(service: rejection.breaker, retryAfter: rejection.retryAfter, cause: rejection)
        case let full as BulkheadFull:
            try await giveBack(hold)
            return CatalogError.ai(service: provider.rawValue, retryAfter: full.retryAfter, cause: full)
        case let failure as ProviderFailure:
            try await settle(hold, failure: failure)
            let retryAfter = pipelines[provider].breaker.snapshot.retryAfter ?? failure.retryAfter
            return CatalogError.ai(service: provider.rawValue, retryAfter: retryAfter, cause: failure)
        case is DeadlineExceeded:
            try await abandon(hold)
            return CatalogError.ai(service: provider.rawValue, cause: error)
        default:
            try await abandon(hold)
            return error
        }
    }

    private func ask(_ provider: any ChatProvider, _ request: ChatRequest, holding hold: Hold) async throws -> ChatAnswer {
        try await pipelines[provider.provider].pipeline.run {
            try await ledger.dispatched(hold)
            return try await provider.complete(request, timeout: timeout)
        }
    }

    /// After a refusal of our own layers: an attempt before it, if there was one, was not charged, or it would have been the last.
    private func giveBack(_ hold: Hold) async throws {
        switch try await ledger.state(of: hold) {
        case .dispatched, .suspense: _ = try await ledger.settle(hold, usage: .zero)
        default: try await ledger.release(hold)
        }
    }

    /// Settles what the provider reported; an answer without usable usage costs the whole hold.
    private func settle(_ hold: Hold, answer: ChatAnswer) async throws -> LedgerEntry {
        guard let usage = answer.usage.flatMap({ try? $0.tokens }) else { return try await ledger.settleAtHold(hold) }
        return try await ledger.settle(hold, usage: usage)
    }

    /// Nothing was spent when the provider refused; otherwise it may have charged for what got lost.
    private func settle(_ hold: Hold, failure: ProviderFailure) async throws {
        _ = failure.mayHaveBeenCharged ? try await ledger.settleAtHold(hold) : try await ledger.settle(hold, usage: .zero)
    }

    /// After a cancellation or a fault of our own: what has not left costs nothing, what has left may cost all.
    private func abandon(_ hold: Hold) async throws {
        switch try await ledger.state(of: hold) {
        case .reserved: try await ledger.release(hold)
        case .dispatched, .suspense: _ = try await ledger.settleAtHold(hold)
        case .settled, .released, .expired, nil: break
        }
    }
}
