import CostTracker
import ErrorCatalog
import HTTPHardening
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// `POST /api/chat`.
struct ChatRoutes: Sendable {
    static let defaultModel = "claude-sonnet-5-5"
    static let defaultMaxTokens = 800

    let chat: ChatService

    func chat(_ request: Request, _ context: DemoContext) async throws -> some ResponseGenerator {
        let user = try context.hardening.requireCaller().value.subject
        let requestID = context.hardening.requestID?.description ?? ""
        let question = try await request.json { input in
            let session = input.optionalString("session_id", length: 1...64) ?? "sess_\(requestID)"
            if !session.utf8.allSatisfy(Self.isSessionCharacter) { input.reject("session_id", because: .invalidFormat) }
            if input.optionalBool("stream") == true { input.reject("stream", because: .notAllowed([])) }
            return ChatService.Question(
                user: user, session: session, model: input.optionalString("model", length: 1...100) ?? Self.defaultModel,
                message: input.string("message", length: 1...4000, trimmed: true),
                maxTokens: input.optionalInteger("max_tokens", in: 1...8192) ?? Self.defaultMaxTokens,
                key: "\(user)/\(requestID)/\(ChatRoutes.attempt())")
        }
        return JSONAnswer(Answer(question, try await chat.reply(to: question)))
    }

    /// The client chooses the request id, so it cannot be the ledger's key alone: a reused one would be a replay.
    private static func attempt() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36)
    }

    private static func isSessionCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private struct Answer: Encodable {
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
        }

        let sessionId: String
        let model: String
        let reply: String
        let usage: Usage?
        let cost: Cost

        init(_ question: ChatService.Question, _ reply: ChatService.Reply) {
            sessionId = question.session
            model = reply.answer.model
            self.reply = reply.answer.text
            usage = reply.entry.usage.map { Usage(inputTokens: $0.promptTokens, outputTokens: $0.completionTokens) }
            cost = Cost(
                requestUsd: Dollars(reply.entry.amount), sessionUsd: Dollars(reply.session.used),
                sessionLimitUsd: reply.session.limit.map(Dollars.init), dailyUsd: Dollars(reply.status.day.used),
                dailyLimitUsd: reply.status.day.limit.map(Dollars.init))
        }
    }
}
