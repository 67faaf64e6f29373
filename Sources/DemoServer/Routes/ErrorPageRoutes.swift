import ErrorCatalog
import HTTPTypes
import HardeningHummingbird
import Hummingbird
import NIOCore

/// `GET /errors` and `GET /errors/{code}`: what the `type` of an error points to, in English or Arabic.
struct ErrorPageRoutes: Sendable {
    static let path = "/errors"

    private let pages: ErrorPage
    private let languages = LanguageNegotiator()

    init(_ catalog: Catalog) {
        pages = ErrorPage(renderer: ErrorRenderer(catalog: catalog))
    }

    func index(_ request: Request, _ context: DemoContext) -> Response {
        let language = language(request)
        return answer(pages.index(in: language), language)
    }

    func page(_ request: Request, _ context: DemoContext) throws -> Response {
        let language = language(request)
        guard let html = context.parameters.get("code").flatMap({ pages.html(for: $0, in: language) }) else {
            throw CatalogError(.resourceNotFound)
        }
        return answer(html, language)
    }

    /// The one that a link of the page chose, else the browser's.
    private func language(_ request: Request) -> Language {
        switch request.uri.queryParameters["lang"] {
        case "ar": .arabic
        case "en": .english
        default: languages.language(for: request.headers[.acceptLanguage])
        }
    }

    private func answer(_ html: String, _ language: Language) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentLanguage: language == .arabic ? "ar" : "en",
                .contentSecurityPolicy: ErrorPage.contentSecurityPolicy, .vary: "Accept-Language", .cacheControl: "public, max-age=3600",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
