import HTTPTypes
import Testing

@testable import DemoServer

@Suite struct ProviderFailureTests {
    private static let all: [ProviderFailure] = [
        .connection, .timeout(requestLeft: false), .timeout(requestLeft: true), .status(500, retryAfter: nil),
        .malformedAnswer, .answerTooLarge(limitBytes: 9), .broken,
    ]

    @Test func `money is released only when nothing can have been charged`() {
        #expect(Self.all.map(\.mayHaveBeenCharged) == [false, false, true, false, true, true, true])
    }

    @Test func `codes are stable and without dynamic text`() {
        #expect(
            Self.all.map(\.code) == [
                "PROVIDER_CONNECTION", "PROVIDER_TIMEOUT", "PROVIDER_TIMEOUT", "PROVIDER_STATUS", "PROVIDER_MALFORMED_ANSWER",
                "PROVIDER_ANSWER_TOO_LARGE", "PROVIDER_BROKEN",
            ])
    }

    @Test func `nothing the provider, the key or the address says is in a failure`() async throws {
        let hostile = "SECRET-FROM-PROVIDER"
        let failures = try await withStub({ _ in json(hostile, status: .internalServerError) }) { endpoint in
            var failures: [any Error] = []
            for provider in Provider.allCases {
                do { _ = try await provider.client(at: endpoint).complete(.hello(provider), timeout: ample) } catch {
                    failures.append(error)
                }
            }
            return failures.map { "\($0) \(String(reflecting: $0))" }
        }
        #expect(failures.count == 2)
        for text in failures + Self.all.map({ "\($0) \(String(reflecting: $0))" }) {
            #expect(!text.contains(hostile) && !text.contains(Provider.testKey) && !text.contains("127.0.0.1"))
        }
    }

    @Test(arguments: [
        ("0", 0), ("7", 7), (" 30\t", 30), ("007", 7), ("86400", 86_400), ("86401", 86_400),
        ("99999999999999999999999999999999999999", 86_400), ("9223372036854775808", 86_400),
    ])
    func `Retry-After in seconds is read and capped at a day`(value: String, seconds: Int) {
        #expect(RetryAfter.parse(value) == .seconds(seconds))
    }

    @Test(arguments: ["", " ", "-1", "+1", "1.5", "1e3", "0x10", "١٢", "7 7", "7s", "Wed, 21 Oct 2026 07:28:00 GMT", "\u{0}"])
    func `Retry-After in any other form is ignored`(value: String) {
        #expect(RetryAfter.parse(value) == nil)
    }

    @Test(arguments: ["0", "12", "Wed, 21 Oct 2026 07:28:00 GMT"])
    func `Retry-After is taken from any error status`(value: String) async throws {
        try await withStub({ _ in json("{}", status: .serviceUnavailable, headers: [.retryAfter: value]) }) { endpoint in
            let failure = await #expect(throws: ProviderFailure.self) {
                try await Provider.openai.client(at: endpoint).complete(.hello(.openai), timeout: ample)
            }
            #expect(failure?.retryAfter == RetryAfter.parse(value))
        }
    }
}
