import HTTPHardening
import Testing

@Suite struct ExemptRoutesTests {
    let routes = ExemptRoutes(exact: ["/health", "/api/v1/live"], below: ["/internal", "/metrics/"])

    @Test(arguments: ["/health", "/api/v1/live", "/internal", "/internal/", "/internal/a", "/internal/a/b", "/metrics", "/metrics/x"])
    func whatIsNamedIsExempt(path: String) {
        #expect(routes.contains(path))
    }

    @Test(arguments: [
        "", "/", "health", "/Health", "/health/", "/healthy", "/health/live", "/api", "/api/v1", "/api/v1/live/x", "/internals",
        "/internal2/a", "/a/internal",
    ])
    func whatOnlyLooksLikeItIsNot(path: String) {
        #expect(!routes.contains(path))
    }

    @Test(arguments: [
        "/health/../api", "//health", "/health%2f..", "/health%00", "/internal/../api", "/internal/..", "/internal/./a", "/internal//a",
        "//internal", "/internal/%2e%2e/api", "/internal/..%2fapi", "/internal/%252e%252e/api", "/internal\\..\\api", "/internal/..\\api",
        "/internal/a\u{0}", "/internal/a b", "/internal/é", "/internal/a\n", "/internal//", "/internal/..;/api", "/internal/;/api",
        "/internal/.;x/api",
    ])
    func whatCouldMeanAnotherPathIsNot(path: String) {
        #expect(!routes.contains(path))
    }

    @Test(arguments: ["", "/", "//", "internal", "/../", "/a/../b", "/a%2fb", "/ö"])
    func whatIsNoPlainPathExemptsNothing(entry: String) {
        let routes = ExemptRoutes(exact: entry == "/" ? [] : [entry], below: [entry])
        for path in ["", "/", "/a", "/b", "/a/b", entry, entry + "/a"] { #expect(!routes.contains(path)) }
    }

    @Test func theRootCanBeExemptByItself() {
        let routes = ExemptRoutes(exact: ["/"])
        #expect(routes.contains("/") && !routes.contains("/a") && !routes.contains("//"))
        #expect(!ExemptRoutes.none.contains("/"))
    }
}
