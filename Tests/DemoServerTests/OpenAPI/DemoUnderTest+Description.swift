import NIOHTTP1
import Synchronization
import Testing

@testable import DemoServer

extension OpenAPIValidator {
    /// What differs between the descriptions of two configurations.
    private struct Variant: Hashable {
        let environment: String
        let simulatesUpstream: Bool
        let isRateLimited: Bool
        let isCrossOrigin: Bool
    }

    private static let variants = Mutex<[Variant: OpenAPIValidator]>([:])

    /// The validator of a configuration; made once for all servers that are described alike.
    static func of(_ configuration: DemoConfiguration) -> OpenAPIValidator {
        let variant = Variant(
            environment: configuration.environment.rawValue, simulatesUpstream: configuration.simulatesUpstream,
            isRateLimited: configuration.isRateLimitEnabled, isCrossOrigin: configuration.cors != nil)
        return variants.withLock { variants in
            if let validator = variants[variant] { return validator }
            let validator = OpenAPIValidator(OpenAPIDocument(configuration).tree)
            variants[variant] = validator
            return validator
        }
    }
}

extension DemoUnderTest {
    /// Every answer of every test is one that `/openapi.json` describes.
    func expectDescribed(_ exchange: HTTPExchange) {
        let problems = OpenAPIValidator.of(application.configuration).problems(with: exchange)
        #expect(problems.isEmpty, "\(exchange.method) \(exchange.path) answered \(exchange.status) against its description")
    }

    /// The same for an answer read off the wire.
    func expectDescribed(_ response: RawResponse, to method: HTTPMethod, _ path: String) {
        expectDescribed(
            HTTPExchange(
                method: method.rawValue, path: path, status: response.status,
                headers: HTTPHeaders(response.fields.map { ($0.name, $0.value) }), body: String(decoding: response.body, as: UTF8.self)))
    }
}
