import Hummingbird
import Logging

/// The yardstick for the demo server: one route of the same framework with nothing around it.
@main
enum BareServer {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8090
        let router = Router()
        router.get("/bare") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"email":"free@example.com","id":"usr_0123456789","plan":"free"}"#)))
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .warning
        let server = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await server.runService()
    }
}
