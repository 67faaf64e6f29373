import CostTracker
import ErrorCatalog
import HTTPHardening
import HardeningCore
import HardeningHummingbird
import Hummingbird
import TokenAuth

/// `POST /api/chat`.
struct ChatRoutes: Sendable {
    static let defaultModel = "claude-sonnet-5-5"
    static let defaultMaxTokens = 800

    let chat: ChatService
    let time: TimeSource

    func chat(_ request: Request, _ context: DemoContext) async throws -> Response {
        let user = try context.hardening.requireCaller().value.subject
        let requestID = context.hardening.requestID?.description ?? ""
        let question = try await request.json { input in
            let session = input.optionalString("session_id", length: 1...64) ?? "sess_\(requestID)"
            if !session.utf8.allSatisfy(Self.isSessionCharacter) { input.reject("session_id", because: .invalidFormat) }
            return ChatService.Question(
                user: user, session: session, model: input.optionalString("model", length: 1...100) ?? Self.defaultModel,
                message: input.string("message", length: 1...4000, trimmed: true),
                maxTokens: input.optionalInteger("max_tokens", in: 1...8192) ?? Self.defaultMaxTokens,
                wantsStream: input.optionalBool("stream") ?? false,
                key: "\(user)/\(requestID)/\(ChatRoutes.attempt())")
        }
        if question.wantsStream {
            return ChatEvents(reply: try await chat.stream(question), request: request, context: context, time: time).response
        }
        return try JSONAnswer(ChatAnswerBody(question, try await chat.reply(to: question))).response(from: request, context: context)
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
}
