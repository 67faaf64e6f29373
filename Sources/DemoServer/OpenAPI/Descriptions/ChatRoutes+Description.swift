import ErrorCatalog

extension ChatRoutes {
    static let descriptions: [RouteDescription] = [
        RouteDescription(
            method: .post, path: "/api/chat", id: "chat", tag: "Chat", summary: "Asks a model, within the caller's budgets.",
            access: .bearer, body: question,
            answers: [
                AnswerDescription(
                    status: 200, description: "The whole answer, or with `stream` its pieces as server-sent events.",
                    content: ["application/json": answer, "text/event-stream": events], headers: [])
            ],
            failures: [.validationError, .forbidden, .costLimitError, .databaseError, .aiServiceError])
    ]

    private static let question = Schema.input(
        ["message": .text(1...4000, pattern: .visible)],
        optional: [
            "session_id": .text(1...64, pattern: "^[A-Za-z0-9._-]+$").nullable
                .described("Answers of one session share a budget; its first user owns it."),
            "model": .text(1...100, pattern: .withoutNUL).nullable.adding("default", .string(defaultModel)),
            "max_tokens": .integer(1...8192).nullable.adding("default", .integer(defaultMaxTokens)),
            "stream": .flag.nullable.adding("default", false),
        ]
    ).named("Question")

    private static let usage = Schema.object(["input_tokens": .count, "output_tokens": .count]).named("Usage")

    private static let cost = Schema.object(
        ["request_usd": .dollars, "session_usd": .dollars, "daily_usd": .dollars],
        optional: ["session_limit_usd": .dollars, "daily_limit_usd": .dollars]
    ).named("Cost")

    private static let answer = Schema.object(
        ["session_id": .text, "model": .text, "reply": .text, "cost": cost],
        optional: ["usage": usage]
    ).named("Answer")

    private static let events = Schema.events([
        "delta": Schema.object(["text": .text]).named("Delta"),
        "done": Schema.object(
            ["session_id": .text, "model": .text, "cost": cost],
            optional: ["usage": usage, "stopped": .text.described("Why the answer was ended before the model was done.")]
        ).named("StreamEnd"),
        "error": Schema(["$ref": "#/components/schemas/Problem"]),
    ])
}
