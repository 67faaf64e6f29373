import ErrorCatalog

extension OpenAPIRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: path, id: "openapi", tag: "Description", summary: "This document.",
            parameters: [.header("If-None-Match", "The `ETag` of a copy that the caller has.")],
            answers: [
                .json("The document.", Schema(["type": "object"]), headers: [.entityTag, .cacheControl]),
                .empty("The caller's copy is current.", status: 304, headers: [.entityTag, .cacheControl]),
            ])
    ]
}
