import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct SimulatedOpenAITests {
    private static func request(_ more: String = "") -> String {
        #"{"model":"gpt-4o"\#(more),"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"}]}"#
    }

    private static let usage =
        #"{"completion_tokens":7,"completion_tokens_details":{"reasoning_tokens":0},"prompt_tokens":4,"#
        + #""prompt_tokens_details":{"cached_tokens":0},"total_tokens":11}"#

    @Test func `a whole answer has the shape of Chat Completions`() async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(Self.request(), to: .openai)
            #expect(answer.status == 200)
            #expect(answer.contentType == "application/json")
            #expect(
                answer.body
                    == #"{"choices":[{"finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"Simulated reply to: Hello","#
                    + #""refusal":null,"role":"assistant"}}],"created":1767225600,"id":"chatcmpl-sim000000000000000000001","#
                    + #""model":"gpt-4o","object":"chat.completion","usage":\#(Self.usage)}"#)
        }
    }

    @Test(arguments: [
        ("", false), (#","stream_options":{}"#, false), (#","stream_options":{"include_usage":false}"#, false),
        (#","stream_options":{"include_usage":true}"#, true),
    ])
    func `a stream carries usage only when asked for`(options: String, includeUsage: Bool) async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(Self.request(#","stream":true"# + options), to: .openai)
            #expect(answer.contentType == "text/event-stream; charset=utf-8")
            func chunk(_ choices: String, usage: String = "null") -> String {
                #"data: {"choices":[\#(choices)],"created":1767225600,"id":"chatcmpl-sim000000000000000000001","model":"gpt-4o","#
                    + #""object":"chat.completion.chunk"\#(includeUsage ? #","usage":\#(usage)"# : "")}"# + "\n\n"
            }
            func choice(_ delta: String, finish: String = "null") -> String {
                #"{"delta":\#(delta),"finish_reason":\#(finish),"index":0,"logprobs":null}"#
            }
            let expected = [
                chunk(choice(#"{"content":"","role":"assistant"}"#)),
                chunk(choice(#"{"content":"Simulated reply "}"#)),
                chunk(choice(#"{"content":"to: Hello"}"#)),
                chunk(choice("{}", finish: #""stop""#)),
                includeUsage ? chunk("", usage: Self.usage) : "",
                "data: [DONE]\n\n",
            ]
            #expect(answer.body == expected.joined())
        }
    }

    @Test(arguments: [#","max_completion_tokens":2"#, #","max_tokens":2"#, #","max_tokens":9,"max_completion_tokens":2"#])
    func `either name of the bound holds`(bound: String) async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(Self.request(bound), to: .openai)
            #expect(answer.body.contains(#""content":"Simulate""#))
            #expect(answer.body.contains(#""finish_reason":"length""#))
            #expect(answer.body.contains(#""completion_tokens":2"#))
        }
    }

    @Test(arguments: [[:], ["authorization": "Bearer"], ["authorization": "Basic abc"], ["authorization": "Bearer a b"]])
    func `a bearer key is required`(headers: [String: String]) async throws {
        try await withUpstream { upstream in
            let answer = try await upstream.post(Self.request(), to: .openai, headers: headers)
            #expect(answer.status == 401)
            #expect(answer.body.hasPrefix(#"{"error":{"code":"invalid_api_key","message":""#))
            #expect(answer.body.hasSuffix(#","param":null,"type":"invalid_request_error"}}"#))
        }
    }
}
