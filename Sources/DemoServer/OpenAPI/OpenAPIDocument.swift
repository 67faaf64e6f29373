import ErrorCatalog

/// The description of this server in OpenAPI 3.1: every route, what it takes and every answer it gives.
///
/// Put together once at start-up, for the routes that the configuration registers. A test holds each answer of every
/// integration test against it, another the router's routes.
struct OpenAPIDocument: Sendable {
    let tree: JSONTree

    /// The layers before the routes that an answer shows.
    struct Layers: Sendable {
        /// Answers tell what is left of a limit.
        var isRateLimited: Bool
        /// Pages of listed origins may read answers.
        var isCrossOrigin: Bool

        /// Without what does not concern a route.
        func concerning(_ route: RouteDescription) -> Layers {
            Layers(isRateLimited: isRateLimited && !route.isExempt, isCrossOrigin: isCrossOrigin)
        }
    }

    /// - Parameters:
    ///   - routes: in the order of the document.
    ///   - version: of the server.
    ///   - layers: what stands before every route.
    init(_ routes: [RouteDescription], version: String, layers: Layers) {
        var failures = FailureDescriptions(Self.definitions(of: routes, layers))
        let paths = Self.paths(of: routes, layers, &failures)
        let unmatched = failures.references(to: Self.unmatched(layers), layers)
        var components = failures.schemas
        for route in routes { components.merge(route.components) { $1 } }
        var tree: JSONTree = [
            "openapi": "3.1.0",
            "info": [
                "title": "swift-hardening demo", "version": .string(version), "description": .string(Self.introduction),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(Self.unique(routes.map(\.tag)).map { ["name": .string($0)] }),
            "paths": .object(paths),
            "components": [
                "schemas": .object(sorted: components),
                "responses": .object(sorted: failures.responses),
                "headers": .object(sorted: HeaderDescription.all.reduce(into: [:]) { $0.merge($1.components) { $1 } }),
                "parameters": .object(Self.everywhere.map { JSONTree.Member(name: $0.name, value: $0.tree) }),
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From `POST /api/auth/login`."],
                    "session": [
                        "type": "apiKey", "in": "cookie", "name": "__Host-session",
                        "description": "From `POST /api/auth/session`; without the prefix in development. Send `X-CSRF-Token` along.",
                    ],
                ],
            ],
            "x-unmatched-responses": Self.byStatus(unmatched),
        ]
        if layers.isCrossOrigin { tree["x-preflight-responses"] = ["204": Self.preflight] }
        self.tree = tree
    }

    private static let introduction = """
        Errors are RFC 9457 problem documents with stable codes; texts are in English and Arabic. Every GET answers to HEAD as well. \
        A path that is not here is answered with 404 and one of these paths with another method with 405, as \
        `x-unmatched-responses` says.
        """

    /// What any request may carry.
    private static let everywhere: [ParameterDescription] = [
        .header("Accept-Language", "Chooses the language of an error's `title` and `detail`: English or Arabic."),
        .header("X-Request-Id", "Names the request; kept when it is 1 to 64 of `A-Z a-z 0-9 . _ -`, else replaced."),
    ]

    // MARK: - Errors

    /// What no route is answered with.
    private static func unmatched(_ layers: Layers) -> [ErrorDefinition] {
        [.invalidInput, .requestTimeout, .clientBlocked, .resourceNotFound, .methodNotAllowed, .internalError]
            + (layers.isRateLimited ? [.rateLimitExceeded] : [])
    }

    /// What a browser that asks before a cross-origin request is answered with.
    private static let preflight: JSONTree = [
        "description": "What pages of the origin may send.",
        "headers": .headers(
            required: HeaderDescription.everywhere + [.vary],
            optional: HeaderDescription.crossOrigin + HeaderDescription.preflight + [.strictTransportSecurity, .cacheControl]),
    ]

    private static func definitions(of routes: [RouteDescription], _ layers: Layers) -> [ErrorDefinition] {
        let all = unmatched(layers) + routes.flatMap { $0.allFailures(layers) }
        return unique(all).sorted { ($0.status, $0.code) < ($1.status, $1.code) }
    }

    // MARK: - Paths

    private static func paths(
        of routes: [RouteDescription], _ layers: Layers, _ failures: inout FailureDescriptions
    ) -> [JSONTree.Member] {
        var paths: [JSONTree.Member] = []
        for path in unique(routes.map(\.path)) {
            var item: JSONTree = [
                "parameters": .array(everywhere.map { ["$ref": .string("#/components/parameters/\($0.name)")] })
            ]
            for route in routes where route.path == path {
                item[route.method.rawValue] = operation(route, layers.concerning(route), &failures)
            }
            paths.append(.init(name: path, value: item))
        }
        return paths
    }

    private static func operation(_ route: RouteDescription, _ layers: Layers, _ failures: inout FailureDescriptions) -> JSONTree {
        var tree: JSONTree = ["operationId": .string(route.id), "tags": [.string(route.tag)], "summary": .string(route.summary)]
        if route.access == .bearer { tree["security"] = [["bearer": []], ["session": []]] }
        if !route.parameters.isEmpty { tree["parameters"] = .array(route.parameters.map(\.tree)) }
        if let body = route.body {
            tree["requestBody"] = ["required": true, "content": ["application/json": ["schema": body.tree]]]
        }
        var responses = failures.references(to: route.allFailures(layers), layers)
        for answer in route.answers { responses[answer.status] = answer.tree(of: route, layers) }
        tree["responses"] = byStatus(responses)
        return tree
    }

    private static func byStatus(_ responses: [Int: JSONTree]) -> JSONTree {
        .object(responses.sorted { $0.key < $1.key }.map { JSONTree.Member(name: String($0.key), value: $0.value) })
    }

    private static func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }
}

extension RouteDescription {
    /// The named schemas it uses.
    fileprivate var components: [String: JSONTree] {
        let schemas = parameters.map(\.schema) + answers.flatMap { $0.content.map(\.value) } + [body].compactMap(\.self)
        return schemas.reduce(into: [:]) { $0.merge($1.components) { $1 } }
    }
}

extension AnswerDescription {
    fileprivate func tree(of route: RouteDescription, _ layers: OpenAPIDocument.Layers) -> JSONTree {
        let own = Set(headers.map(\.name))
        var required = HeaderDescription.everywhere.filter { !own.contains($0.name) } + headers
        var optional: [HeaderDescription] = [.strictTransportSecurity]
        if layers.isCrossOrigin { optional += HeaderDescription.crossOrigin + [.vary] }
        if layers.isRateLimited {
            required += HeaderDescription.quota
            optional += HeaderDescription.windows
        }
        if !headers.contains(where: { $0.name == HeaderDescription.cacheControl.name }) {
            // With credentials an answer must not be kept, and says so.
            if route.access == .anyone { optional.append(.cacheControl) } else { required.append(.cacheControl) }
        }
        var tree: JSONTree = ["description": .string(description), "headers": .headers(required: required, optional: optional)]
        if !content.isEmpty {
            tree["content"] = .object(content.map { JSONTree.Member(name: $0.key, value: ["schema": $0.value.tree]) })
        }
        return tree
    }
}
