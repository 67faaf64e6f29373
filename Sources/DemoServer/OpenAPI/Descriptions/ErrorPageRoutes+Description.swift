import ErrorCatalog

extension ErrorPageRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: path, id: "errorPages", tag: "Description", summary: "Every error code, as a page.",
            parameters: [language], answers: [.page("The index.")]),
        RouteDescription(
            method: .get, path: path + "/{code}", id: "errorPage", tag: "Description", summary: "What an error code means, as a page.",
            parameters: [.path("code", "As in `error_code`.", .text), language], answers: [.page("The page.")],
            failures: [.resourceNotFound]),
    ]

    private static let language = ParameterDescription.query("lang", "Before `Accept-Language`; anything else is ignored.", .text)
}

extension AnswerDescription {
    fileprivate static func page(_ description: String) -> Self {
        Self(
            status: 200, description: description, content: ["text/html": .text],
            headers: [.pagePolicy, .contentLanguage, .vary, .cacheControl])
    }
}
