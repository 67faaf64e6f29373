import NIOCore
import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct UpstreamHostileBodyTests {
    private static func bodies(for provider: Provider) -> [ByteBuffer] {
        let bound = provider == .claude ? "max_tokens" : "max_completion_tokens"
        let messages = #""messages":[{"role":"user","content":"x"}]"#
        var bodies = [
            "", "null", "[]", "7", "{", "{}", "\u{feff}{}",
            String(repeating: "[", count: 100_000),
            String(repeating: #"{"messages":"#, count: 50_000),
            #"{"model":7,"\#(bound)":5,\#(messages)}"#,
            #"{"model":"","\#(bound)":5,\#(messages)}"#,
            #"{"model":"m","\#(bound)":5}"#,
            #"{"model":"m","\#(bound)":5,"messages":[]}"#,
            #"{"model":"m","\#(bound)":5,"messages":[{"role":"assistant","content":"x"}]}"#,
            #"{"model":"m","\#(bound)":5,"messages":[{"role":"root","content":"x"},{"role":"user","content":"x"}]}"#,
            #"{"model":"m","\#(bound)":5,"messages":[{"role":"user","content":{"text":"x"}}]}"#,
            #"{"model":"m","\#(bound)":5,"messages":[{"role":"user","content":[7]}]}"#,
            #"{"model":"m","\#(bound)":5,"messages":[{"role":"user","content":"\ud800"}]}"#,
            #"{"model":"m","\#(bound)":5,"stream":"yes",\#(messages)}"#,
        ].map { ByteBuffer(string: $0) }
        bodies += ["0", "-1", "-9223372036854775808", "1e400", "99999999999999999999999", "1.5", #""5""#].map {
            ByteBuffer(string: #"{"model":"m","\#(bound)":\#($0),\#(messages)}"#)
        }
        bodies.append(ByteBuffer(bytes: [0xff, 0xfe, 0x00, 0x7b]))
        bodies.append(
            ByteBuffer(
                bytes: Array(#"{"model":"m","\#(bound)":5,"messages":[{"role":"user","content":""#.utf8) + [
                    0xc3, 0x28, 0x22, 0x7d, 0x5d, 0x7d,
                ]))
        return bodies
    }

    @Test(arguments: Provider.allCases)
    func `a hostile body is refused and the next request answered`(provider: Provider) async throws {
        try await withUpstream { upstream in
            for body in Self.bodies(for: provider) {
                let answer = try await upstream.post(body, to: provider)
                #expect(answer.status == 400, "\(String(buffer: body).prefix(120))")
                #expect(answer.body.contains(#""type":"invalid_request_error""#))
            }
            #expect(try await upstream.client(of: provider).complete(.hello(provider), timeout: ample).text.isEmpty == false)
        }
    }

    @Test(arguments: Provider.allCases)
    func `a body over the limit is refused with 413`(provider: Provider) async throws {
        try await withUpstream { upstream in
            let body = ByteBuffer(repeating: 0x20, count: SimulatedUpstream.bodyLimit + 1)
            let answer = try await upstream.post(body, to: provider)
            #expect(answer.status == 413)
        }
    }

    @Test(arguments: Provider.allCases)
    func `the largest bound and odd characters are answered`(provider: Provider) async throws {
        try await withUpstream { upstream in
            let chat = ChatRequest(
                model: provider.model, system: "\u{0}\u{1}", messages: [.user("a\"\\\n\u{2028}\u{0}مرحبا👩‍👩‍👧‍👦")], maxTokens: .max)
            let answer = try await upstream.client(of: provider).complete(chat, timeout: ample)
            #expect(answer.text == "Simulated reply to: a\"\\\n\u{2028}\u{0}مرحبا👩‍👩‍👧‍👦")
        }
    }
}
