import ErrorCatalog
import HardeningCore
import HardeningHummingbird
import Hummingbird
import RateLimit

/// `GET /demo/blocks` and `DELETE /demo/blocks/{id}`: who is blocked and why, and an end to it.
///
/// Registered in development only, and out of the abuse guard's reach there: who blocked their own machine can lift it.
struct BlockRoutes: Sendable {
    static let path = "/demo/blocks"

    let guardian: AbuseGuard
    let time: TimeSource

    func list(_ request: Request, _ context: DemoContext) -> some ResponseGenerator {
        let now = time.monotonic
        return JSONAnswer(Blocks(blocks: guardian.lists.entries.filter { $0.effect == .block }.map { Block($0, now: now) }))
    }

    func lift(_ request: Request, _ context: DemoContext) throws -> HTTPResponse.Status {
        guard let text = context.parameters.get("id"), let id = UInt64(text), String(id) == text else {
            throw CatalogError.validation([FieldError("/id", .invalidFormat)])
        }
        guard guardian.lists.entries.contains(where: { $0.id == id && $0.effect == .block }), guardian.lists.lift(id) != nil else {
            throw CatalogError(.resourceNotFound)
        }
        return .noContent
    }

    private struct Blocks: Encodable {
        let blocks: [Block]
    }

    private struct Block: Encodable {
        let id: UInt64
        let subject: String
        let reason: String
        let isAutomatic: Bool
        /// Nil when it does not end by itself.
        let remainingSeconds: Int64?

        init(_ entry: AccessEntry, now: MonotonicTime) {
            id = entry.id
            subject =
                switch entry.subject {
                case .addresses(let block): block.description
                case .user(let user): "user \(user)"
                case .userAgent(let text): "user agent containing \(text)"
                }
            reason = entry.reason
            isAutomatic = entry.isAutomatic
            remainingSeconds = entry.remaining(at: now)?.components.seconds
        }
    }
}
