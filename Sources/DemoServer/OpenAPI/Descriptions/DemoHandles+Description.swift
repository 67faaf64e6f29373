import ErrorCatalog

extension UpstreamRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .post, path: "/demo/upstream", id: "setUpstreamMode", tag: "Demo",
            summary: "Makes a simulated provider misbehave.",
            body: .input(
                ["provider": .choice(Provider.self), "mode": .choice(UpstreamMode.names)],
                optional: ["retry_after": .integer(0...86_400).nullable]),
            answers: [.empty("Done.")])
    ]
}

extension CircuitRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .post, path: "/demo/circuits/{name}", id: "actOnCircuit", tag: "Demo", summary: "An operator's hand on a breaker.",
            parameters: [.path("name", "One of those at `/health/circuits`.", .text)],
            body: .input(
                ["action": .choice(["isolate", "release", "disable", "reset"])], optional: ["seconds": .integer(1...86_400).nullable]),
            answers: [.empty("Done.")], failures: [.resourceNotFound])
    ]
}

extension BlockRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .get, path: path, id: "blocks", tag: "Demo", summary: "Who is blocked, and why.",
            answers: [.json("The blocks.", .object(["blocks": .array(of: block)]))]),
        RouteDescription(
            method: .delete, path: path + "/{id}", id: "liftBlock", tag: "Demo", summary: "Ends a block.",
            parameters: [.path("id", "As listed.", .integer(from: 0))],
            answers: [.empty("Lifted.")], failures: [.resourceNotFound, .validationError]),
    ]

    private static let block = Schema.object(
        ["id": .count, "subject": .text, "reason": .text, "is_automatic": .flag], optional: ["remaining_seconds": .count]
    ).named("Block")
}
