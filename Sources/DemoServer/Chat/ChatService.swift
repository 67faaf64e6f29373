import CircuitBreaker
import CostTracker
import ErrorCatalog
import HTTPHardening
import HardeningCore

/// One chat request, in order: reserve the most it can cost, ask the provider through its breaker,
/// settle what it did cost.
///
/// However it ends, nothing stays held by mistake.
struct ChatService: Sendable {
    /// What a caller asked for, validated.
    struct Question: Sendable {
        let user: String
        let session: String
        let model: String
        let message: String
        let maxTokens: Int
        /// Identifies the attempt in the ledger: repeating it charges once.
        let key: String
    }

    /// The provider's reply and what it cost.
    struct Reply: Sendable {
        let answer: ChatAnswer
        let entry: LedgerEntry
        let session: AccountBalance
        let status: CostStatus
    }

    let providers: ChatProviders
    let breakers: Breakers
    let ledger: CostLedger
    let sessions: ChatSessions
    let timeout: Duration

    /// - Throws: `CatalogError`: FORBIDDEN, VALIDATION_ERROR, COST_LIMIT_ERROR or AI_SERVICE_ERROR.
    func reply(to question: Question) async throws -> Reply {
        try sessions.claim(question.session, for: question.user)
        let sessionKey = "\(question.user)/\(question.session)"
        let provider = providers.serving(model: question.model)
        let request = ChatRequest(model: question.model, messages: [.user(question.message)], maxTokens: question.maxTokens)
        let hold = try await reserve(question, session: sessionKey)
        let answer: ChatAnswer
        do {
            answer = try await ask(provider, request, holding: hold)
        } catch let rejection as Breaker.Rejection {
            try await ledger.release(hold)
            throw CatalogError.ai(service: rejection.breaker, retryAfter: rejection.retryAfter, cause: rejection)
        } catch let failure as ProviderFailure {
            try await settle(hold, failure: failure)
            let retryAfter = breakers[provider.provider].snapshot.retryAfter ?? failure.retryAfter
            throw CatalogError.ai(service: provider.provider.rawValue, retryAfter: retryAfter, cause: failure)
        } catch {
            try await abandon(hold)
            throw (error as? LedgerError).map(Self.catalogError) ?? error
        }
        let entry = try await settle(hold, answer: answer)
        return Reply(
            answer: answer, entry: entry, session: try await ledger.summary(session: sessionKey), status: try await ledger.status())
    }

    private func reserve(_ question: Question, session: String) async throws -> Hold {
        do {
            // A token is at least one byte, so the bytes bound the tokens; the rest is the request's own frame.
            let input = InputBound.atMostUncached(Int64(question.message.utf8.count) + 64)
            return try await ledger.reserve(
                CostScope(session: session, user: question.user), model: question.model, input: input, maxOutput: Int64(question.maxTokens),
                key: question.key)
        } catch {
            throw Self.catalogError(for: error)
        }
    }

    private func ask(_ provider: any ChatProvider, _ request: ChatRequest, holding hold: Hold) async throws -> ChatAnswer {
        try await breakers[provider.provider].run {
            try await ledger.dispatched(hold)
            return try await provider.complete(request, timeout: timeout)
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

    private static func catalogError(for error: LedgerError) -> CatalogError {
        if let refusal = error.refusal, let tightest = refusal.failing.min(by: { ($0.remaining ?? .max) < ($1.remaining ?? .max) }) {
            return CatalogError(
                .costLimitError,
                details: [
                    "scope": .string(tightest.account.label), "limit_usd": .money(tightest.limit ?? .zero),
                    "spent_usd": .money(tightest.committed), "requested_usd": .money(refusal.requested),
                ], cause: error)
        }
        if error.pricing != nil { return CatalogError.validation([FieldError("/model", .unknownModel)]) }
        return CatalogError(.serviceUnavailable, cause: error)
    }
}

extension FieldRule {
    static let unknownModel = FieldRule(
        "UNKNOWN_MODEL", message: .init(en: "No price is known for this model.", ar: "لا يوجد سعر معروف لهذا النموذج."))
}

extension DetailValue {
    /// An exact amount as a JSON number.
    static func money(_ amount: Money) -> DetailValue {
        ExactDecimal(amount.jsonNumber).map(DetailValue.decimal) ?? .string(amount.jsonNumber)
    }
}

extension Account {
    /// The budget's name towards a client: `session`, `daily`, `monthly` or the scope's own name.
    var label: String {
        switch (scope, window) {
        case (.everyone, .day): "daily"
        case (.everyone, .month): "monthly"
        default: scope.rawValue
        }
    }
}
