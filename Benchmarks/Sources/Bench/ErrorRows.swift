import ErrorCatalog
import HardeningCore

/// One answer, both languages, ready to send.
enum ErrorRows {
    static let rows = [
        Row("error_render", operations: 100_000, detail: "AI_SERVICE_ERROR with a parameter and a wait") {
            let renderer = ErrorRenderer()
            let error = CatalogError.ai(service: "claude", retryAfter: .seconds(30))
            let context = RenderingContext(requestID: "req_01JD3K7Q2M", timestamp: TimeSource.system.timestamp, language: .arabic)
            return { count in for _ in 0..<count { consume(renderer.render(error, in: context)) } }
        }
    ]
}
