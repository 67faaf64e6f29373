/// Answers in the shapes of OpenAI's API reference (platform.openai.com: "Chat Completions", "Responses",
/// "Embeddings", each with "Streaming"), shortened.
enum OpenAIFixtures {
    static let chat = #"""
        {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion","created":1741569952,"model":"gpt-5.4",
         "choices":[{"index":0,"message":{"role":"assistant","content":"Hello!","refusal":null,"annotations":[]},
                     "logprobs":null,"finish_reason":"stop"}],
         "usage":{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,
                  "prompt_tokens_details":{"cached_tokens":1920,"audio_tokens":0},
                  "completion_tokens_details":{"reasoning_tokens":200,"audio_tokens":0,"accepted_prediction_tokens":0,
                                               "rejected_prediction_tokens":0}},
         "service_tier":"default"}
        """#

    /// With `stream_options: {"include_usage": true}`: every chunk has `usage: null`, and one more comes before the end.
    static let chatStream = #"""
        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}

        data: [DONE]


        """#

    /// The same stream as it comes when nobody asked for usage.
    static let chatStreamWithoutUsage = #"""
        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]


        """#

    static let response = #"""
        {"id":"resp_67ccd2bed1ec8190b14f964abc054267","object":"response","created_at":1741476542,"status":"completed",
         "error":null,"incomplete_details":null,"model":"gpt-6.1-sol",
         "output":[{"type":"message","id":"msg_67ccd2bf17f0","status":"completed","role":"assistant",
                    "content":[{"type":"output_text","text":"In a peaceful grove","annotations":[]}]}],
         "usage":{"input_tokens":328,"input_tokens_details":{"cached_tokens":100,"cache_write_tokens":28},
                  "output_tokens":87,"output_tokens_details":{"reasoning_tokens":20},"total_tokens":415}}
        """#

    static let responseStream = #"""
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654","object":"response","status":"in_progress","usage":null}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0,"delta":"Hi"}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":4,"output_index":0,"content_index":0,"delta":" there!"}

        event: response.output_text.done
        data: {"type":"response.output_text.done","sequence_number":5,"output_index":0,"content_index":0,"text":"Hi there!"}

        event: response.completed
        data: {"type":"response.completed","sequence_number":6,"response":{"id":"resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654","object":"response","status":"completed","usage":{"input_tokens":37,"input_tokens_details":{"cached_tokens":0},"output_tokens":11,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":48}}}


        """#

    static let embeddings = #"""
        {"object":"list","data":[{"object":"embedding","embedding":[0.0023064255,-0.009327292,-2.8842222e-05],"index":0}],
         "model":"text-embedding-3-large","usage":{"prompt_tokens":8,"total_tokens":8}}
        """#
}
