import CostTracker

/// What a chat is answered with: a whole answer, or the last event of a streamed one.
struct ChatAnswerBody: Encodable, Sendable {
    struct Usage: Encodable {
        let inputTokens: Int64
        let outputTokens: Int64
    }

    struct Cost: Encodable {
        let requestUsd: Dollars
        let sessionUsd: Dollars
        let sessionLimitUsd: Dollars?
        let dailyUsd: Dollars
        let dailyLimitUsd: Dollars?

        init(_ cost: ChatService.Cost) {
            requestUsd = Dollars(cost.entry.amount)
            sessionUsd = Dollars(cost.session.used)
            sessionLimitUsd = cost.session.limit.map(Dollars.init)
            dailyUsd = Dollars(cost.status.day.used)
            dailyLimitUsd = cost.status.day.limit.map(Dollars.init)
        }
    }

    let sessionId: String
    let model: String
    /// Nil in a streamed answer, whose text has been sent already.
    var reply: String?
    let usage: Usage?
    let cost: Cost
    /// Why we ended a streamed answer before the provider did.
    var stopped: String?

    init(_ question: ChatService.Question, model: String, cost: ChatService.Cost) {
        sessionId = question.session
        self.model = model
        usage = cost.entry.usage.map { Usage(inputTokens: $0.promptTokens, outputTokens: $0.completionTokens) }
        self.cost = Cost(cost)
    }

    init(_ question: ChatService.Question, _ reply: ChatService.Reply) {
        self.init(question, model: reply.answer.model, cost: reply.cost)
        self.reply = reply.answer.text
    }
}
