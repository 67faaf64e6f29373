import HardeningCore
import Testing

@testable import DemoServer

@Suite struct ProviderSetupTests {
    @Test(arguments: [
        ("claude-3-5-sonnet-20241022", Provider.claude), ("claude", .claude), ("gpt-4o", .openai), ("o3-mini", .openai),
        ("llama-3-claude", .openai), ("", .openai), ("Claude-3", .openai),
    ])
    func `models are routed by how their name begins`(model: String, provider: Provider) throws {
        #expect(Provider(servingModel: model) == provider)
        let endpoint = try #require(ProviderEndpoint("http://127.0.0.1:1"))
        let providers = ChatProviders(claude: try Provider.claude.client(at: endpoint), openai: try Provider.openai.client(at: endpoint))
        #expect(providers.serving(model: model).provider == provider)
    }

    @Test(arguments: [
        ("https://api.anthropic.com", "https://api.anthropic.com/x"), ("https://api.openai.com/v1/", "https://api.openai.com/v1/x"),
        ("HTTP://localhost:8081//", "HTTP://localhost:8081/x"), ("http://[::1]:80/a/b", "http://[::1]:80/a/b/x"),
    ])
    func `a base URL takes a path`(base: String, expected: String) async throws {
        #expect(try await #require(ProviderEndpoint(base)).url("/x") == expected)
    }

    @Test(arguments: [
        "", "api.anthropic.com", "ftp://h", "file:///etc/passwd", "http://", "https:///v1", "http://user:key@host", "http://user@host",
        "http://host?key=1",
        "http://host#f", "http://ho st", "http://host\r\nx-evil: 1", "unix://x",
    ])
    func `anything else is not a base URL`(base: String) {
        #expect(ProviderEndpoint(base) == nil)
    }

    @Test(arguments: ["", "sk\n", "sk key", "sk\u{0}", "ключ", String(repeating: "k", count: 513)])
    func `a key that does not fit a header is refused at once`(text: String) {
        #expect(ProviderKey(Secret(text.utf8)) == nil)
    }

    @Test func `a key never prints`() throws {
        let key = try #require(ProviderKey(Secret("sk-abc123".utf8)))
        #expect(key.headerValue == "sk-abc123")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!"\(key) \(String(reflecting: key)) \(dumped)".contains("abc123"))
    }
}
