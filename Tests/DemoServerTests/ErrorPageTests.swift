import ErrorCatalog
import NIOHTTP1
import Testing

@testable import DemoServer

/// The page that the `type` of an error points to.
@Suite(.timeLimit(.minutes(60))) struct ErrorPageTests {
    @Test func theTypeOfAnErrorIsTheAddressOfItsPage() async throws {
        try await DemoUnderTest.run { demo in
            let error = try await demo.get("/api/me")
            let type = try #require(error.json["type"] as? String)
            let page = try await demo.get(type)
            #expect(type == "/errors/AUTHENTICATION_ERROR" && page.status == 200)
            #expect(page.header("content-type") == "text/html; charset=utf-8" && page.text.contains("AUTHENTICATION_ERROR"))
            #expect(page.headers["content-security-policy"] == [ErrorPage.contentSecurityPolicy])
            #expect(page.headers["x-content-type-options"] == ["nosniff"])
        }
    }

    @Test func thePageSpeaksTheBrowsersLanguageUntilALinkChoosesAnother() async throws {
        try await DemoUnderTest.run { demo in
            let path = "/errors/EMAIL_TAKEN"
            for (query, header, language) in [("", "ar-EG", "ar"), ("", "fr", "en"), ("?lang=en", "ar", "en"), ("?lang=ar", "en", "ar")] {
                let page = try await demo.get(path + query, headers: [("Accept-Language", header)])
                #expect(page.header("content-language") == language, "\(query) \(header)")
                #expect(page.text.contains(#"<html lang="\#(language)" dir="\#(language == "ar" ? "rtl" : "ltr")""#))
                #expect(page.header("vary")?.contains("Accept-Language") == true)
            }
        }
    }

    @Test func theIndexNamesEveryCodeOfTheServer() async throws {
        #expect(Catalog.demo.definitions.count == Catalog.standard.definitions.count + 3)
        #expect(CatalogLint.findings(in: Catalog.demo.definitions).isEmpty)
        try await DemoUnderTest.run(["RATE_LIMIT_ENABLED": "false"]) { demo in
            let index = try await demo.get("/errors")
            #expect(index.status == 200)
            for definition in Catalog.demo.definitions {
                #expect(index.text.contains("/errors/\(definition.code)?lang=en"))
                let page = try await demo.get("/errors/\(definition.code)")
                #expect(page.status == 200)
            }
        }
    }

    @Test(arguments: ["NOTHING", "..%2Fsecret", "%3Cscript%3E", "authentication_error"])
    func anUnknownCodeIsNotFoundAndNotEchoed(code: String) async throws {
        try await DemoUnderTest.run { demo in
            let answer = try await demo.get("/errors/\(code)")
            #expect(answer.status == 404 && answer.code == "RESOURCE_NOT_FOUND" && !answer.text.contains("script"))
        }
    }
}
