import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct SimulatedAnthropicTests {
    private static let request =
        #"{"model":"claude-sonnet-4-5","max_tokens":64,"system":"Be brief.","messages":[{"role":"user","content":"Hello"}]}"#

    private static func usage(_ output: Int) -> String {
        #"{"cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":0},"cache_creation_input_tokens":0,"#
            + #""cache_read_input_tokens":0,"input_tokens":4,"output_tokens":\#(output)}"#
    }

    @Test func `a whole answer has the shape of the Messages API`() async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(Self.request, to: .claude)
            #expect(answer.status == 200)
            #expect(answer.contentType == "application/json")
            #expect(
                answer.body
                    == #"{"content":[{"text":"Simulated reply to: Hello","type":"text"}],"id":"msg_sim000000000000000000001","#
                    + #""model":"claude-sonnet-4-5","role":"assistant","stop_reason":"end_turn","stop_sequence":null,"type":"message","#
                    + #""usage":\#(Self.usage(7))}"#)
        }
    }

    @Test func `a stream carries cumulative usage in message_delta`() async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(
                Self.request.replacing(#""max_tokens":64"#, with: #""max_tokens":64,"stream":true"#), to: .claude)
            #expect(answer.status == 200)
            #expect(answer.contentType == "text/event-stream; charset=utf-8")
            #expect(
                answer.body == """
                    event: message_start
                    data: {"message":{"content":[],"id":"msg_sim000000000000000000001","model":"claude-sonnet-4-5","role":"assistant",\
                    "stop_reason":null,"stop_sequence":null,"type":"message","usage":\(Self.usage(1))},"type":"message_start"}

                    event: content_block_start
                    data: {"content_block":{"text":"","type":"text"},"index":0,"type":"content_block_start"}

                    event: ping
                    data: {"type":"ping"}

                    event: content_block_delta
                    data: {"delta":{"text":"Simulated reply ","type":"text_delta"},"index":0,"type":"content_block_delta"}

                    event: content_block_delta
                    data: {"delta":{"text":"to: Hello","type":"text_delta"},"index":0,"type":"content_block_delta"}

                    event: content_block_stop
                    data: {"index":0,"type":"content_block_stop"}

                    event: message_delta
                    data: {"delta":{"stop_reason":"end_turn","stop_sequence":null},"type":"message_delta","usage":\(Self.usage(7))}

                    event: message_stop
                    data: {"type":"message_stop"}


                    """)
        }
    }

    @Test func `a reply that reaches max_tokens says so`() async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(Self.request.replacing(#":64"#, with: ":2"), to: .claude)
            #expect(answer.body.contains(#""text":"Simulate""#))
            #expect(answer.body.contains(#""stop_reason":"max_tokens""#))
            #expect(answer.body.contains(#""output_tokens":2"#))
        }
    }

    @Test func `content may be a list of blocks`() async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(
                #"{"model":"claude-x","max_tokens":64,"messages":[{"role":"user","content":[{"type":"text","text":"a"},"#
                    + #"{"type":"image","source":{}},{"type":"text","text":"b"}]}]}"#, to: .claude)
            #expect(answer.body.contains(#""text":"Simulated reply to: a\nb""#))
        }
    }

    @Test(arguments: [
        (["anthropic-version": "2023-06-01"], 401, "authentication_error"),
        (["anthropic-version": "2023-06-01", "x-api-key": ""], 401, "authentication_error"),
        (["x-api-key": "k"], 400, "invalid_request_error"),
    ])
    func `required headers are checked`(headers: [String: String], status: UInt, type: String) async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(Self.request, to: .claude, headers: headers)
            #expect(answer.status == status)
            #expect(answer.body.hasPrefix(#"{"error":{"message":""#))
            #expect(answer.body.hasSuffix(#","type":"\#(type)"},"request_id":"req_sim1","type":"error"}"#))
        }
    }
}
