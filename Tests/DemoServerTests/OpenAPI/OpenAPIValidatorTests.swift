import NIOHTTP1
import Testing

@testable import DemoServer

/// The validator can fail: an answer that is not as described is found out.
@Suite struct OpenAPIValidatorTests {
    private static let headers: HTTPHeaders = ["Content-Type": "application/json", "X-Id": "7"]
    private static let right = HTTPExchange(path: "/things/1?q=x", status: 200, headers: headers, body: #"{"name":"a","size":2}"#)

    private static func answer(
        _ path: String = "/things/1", method: String = "GET", status: Int = 200, headers: HTTPHeaders = headers,
        body: String = #"{"name":"a","size":2}"#, requestBody: String? = nil
    ) -> HTTPExchange {
        HTTPExchange(method: method, path: path, requestBody: requestBody, status: status, headers: headers, body: body)
    }

    @Test(arguments: [
        right, answer(body: #"{"name":"b"}"#), answer(method: "HEAD", body: ""), answer("/nothing", status: 404, headers: [:], body: ""),
        answer(headers: headers.adding("Date", "today").adding("X-Left", "0")),
        answer("/things/latest", status: 204, headers: ["X-Id": "7"], body: ""),
        answer("/things/1", method: "POST", status: 204, headers: ["X-Id": "7"], body: "", requestBody: #"{"name":"a"}"#),
        answer(
            "/stream", headers: ["Content-Type": "text/event-stream; charset=utf-8"],
            body: "event: a\ndata: 1\n\n:\n\nevent: a\ndata: 2\n\n"),
    ])
    func whatIsDescribedPasses(exchange: HTTPExchange) {
        #expect(Self.validator.problems(with: exchange) == [])
    }

    @Test(arguments: [
        (answer(body: #"{"name":1}"#), "/name: not of type string"),
        (answer(body: #"{"name":"a","other":1}"#), "/other: the schema allows no value"),
        (answer(body: #"{"size":1}"#), "/name: missing"),
        (answer(body: #"{"name":"a","size":0}"#), "/size: beyond the minimum"),
        (answer(body: "[]"), ": not of type object"),
        (answer(body: #"{"name":"a""#), "the body is not JSON"),
        (answer(body: ""), "the body is not JSON"),
        (answer(method: "HEAD"), "a body in an answer to HEAD"),
        (answer(status: 201), "status 201 is not described"),
        (answer("/nothing"), "status 200 is not described"),
        (answer(method: "PUT"), "status 200 is not described"),
        (answer(headers: ["Content-Type": "application/json"]), "X-Id is missing"),
        (answer(headers: headers.adding("x-id", "7")), "X-Id is there 2 times"),
        (answer(headers: headers.adding("X-Left", "many")), "X-Left: not of type integer"),
        (answer(headers: headers.adding("X-Powered-By", "us")), "x-powered-by is not described"),
        (answer(headers: ["Content-Type": "text/html", "X-Id": "7"]), "text/html is not described"),
        (answer(headers: ["X-Id": "7"]), "Content-Type is there 0 times"),
        (answer("/things/latest", status: 204, headers: ["X-Id": "7"]), "a body where none is described"),
        (answer(method: "POST", status: 204, headers: ["X-Id": "7"], body: "", requestBody: "{}"), "request/name: missing"),
        (answer(method: "POST", status: 204, headers: ["X-Id": "7"], body: ""), "a request without a body was accepted"),
    ])
    func whatIsNotDescribedIsFound(exchange: HTTPExchange, problem: String) {
        #expect(Self.validator.problems(with: exchange) == [problem])
    }

    @Test(arguments: [
        ("event: a\ndata: \"x\"\n\n", "/data: not of type integer"), ("event: b\ndata: 1\n\n", "/event: not in the enumeration"),
        ("event: a\ndata: x\n\n", "/data: not JSON"), ("event: a\ndata: 1\n\nevent: a", "the last event is not whole"),
        ("data: 1\n\n", "not an event: data: 1"),
    ])
    func eventsAreHeldAgainstTheirSchemas(body: String, problem: String) {
        let exchange = Self.answer("/stream", headers: ["Content-Type": "text/event-stream"], body: body)
        #expect(Self.validator.problems(with: exchange) == [problem])
    }

    @Test(
        arguments: [
            (["type": "string"], "\"a\"", true), (["type": "string"], "1", false), (["type": ["string", "null"]], "null", true),
            (["type": ["string", "null"]], "1", false), (["type": "integer"], "1.0", true), (["type": "integer"], "1.5", false),
            (["type": "integer"], "true", false), (["type": "number"], "1", true), (["enum": ["a", "b"]], "\"b\"", true),
            (["enum": ["a", "b"]], "\"c\"", false), (["const": 1], "1", true), (["const": "a"], "\"b\"", false),
            (["minLength": 2], "\"é\"", false), (["maxLength": 2], "\"abc\"", false), (["maxLength": 2], "\"ab\"", true),
            (["minimum": 1, "maximum": 3], "3", true), (["maximum": 3], "4", false), (["pattern": "^[a-z]+$"], "\"ab\"", true),
            (["pattern": "^[a-z]+$"], "\"a1\"", false), (["format": "date-time"], "\"2026-11-20T12:00:00.5Z\"", true),
            (["format": "date-time"], "\"2026-11-20 12:00\"", false), (["format": "uri"], "\"/a\"", false),
            (["format": "uri-reference"], "\"/a\"", true), (["items": ["type": "integer"]], "[1,2]", true),
            (["items": ["type": "integer"]], "[1,\"2\"]", false), (["additionalProperties": ["type": "integer"]], #"{"a":1}"#, true),
            (["additionalProperties": ["type": "integer"]], #"{"a":"1"}"#, false), (["required": ["a"]], "{}", false),
            (["oneOf": [["type": "integer"], ["type": "number"]]], "1", false),
            (["oneOf": [["type": "integer"], ["type": "null"]]], "1", true),
            (["anyOf": [["type": "integer"], ["type": "number"]]], "1", true), (["anyOf": [["type": "null"]]], "1", false),
            (["allOf": [["minimum": 1], ["maximum": 2]]], "2", true), (["allOf": [["minimum": 1], ["maximum": 2]]], "3", false),
            (["$ref": "#/named"], "1", true), (["$ref": "#/named"], "\"1\"", false), (["$ref": "#/nothing"], "1", false),
        ] as [(JSONTree, String, Bool)])
    func keywordsMeanWhatJSONSchemaSays(schema: JSONTree, value: String, isValid: Bool) throws {
        let validator = SchemaValidator(root: ["named": ["type": "integer"]])
        let problems = validator.problems(of: try #require(JSONTree(parsing: value)), under: schema)
        #expect(problems.isEmpty == isValid)
    }

    @Test(
        arguments: [
            ["uniqueItems": true], ["multipleOf": 2], ["not": ["type": "string"]], ["format": "ipv4"], ["pattern": "("], ["minLength": "2"],
            ["contentMediaType": "text/html"],
        ] as [JSONTree])
    func aKeywordThatIsNotKnownIsRefused(schema: JSONTree) {
        #expect(!SchemaValidator(root: [:]).problems(of: "a", under: schema).isEmpty)
    }

    // MARK: - A small description

    private static let validator: OpenAPIValidator = {
        let id: JSONTree = ["X-Id": ["required": true, "schema": ["type": "integer"]], "X-Left": ["schema": ["type": "integer"]]]
        let thing: JSONTree = [
            "type": "object", "properties": ["name": ["type": "string"], "size": ["type": "integer", "minimum": 1]], "required": ["name"],
            "additionalProperties": false,
        ]
        let json: JSONTree = ["application/json": ["schema": ["$ref": "#/components/schemas/Thing"]]]
        let events: JSONTree = [
            "properties": [
                "event": ["enum": ["a"]], "data": ["contentMediaType": "application/json", "contentSchema": ["type": "integer"]],
            ]
        ]
        return OpenAPIValidator([
            "paths": [
                "/things/{id}": [
                    "get": ["responses": ["200": ["$ref": "#/components/responses/Thing"]]],
                    "post": ["requestBody": ["content": json], "responses": ["204": ["headers": id]]],
                ],
                "/things/latest": ["get": ["responses": ["204": ["headers": id]]]],
                "/stream": ["get": ["responses": ["200": ["headers": [:], "content": ["text/event-stream": ["schema": events]]]]]],
            ],
            "components": ["schemas": ["Thing": thing], "responses": ["Thing": ["headers": id, "content": json]]],
            "x-unmatched-responses": ["404": ["headers": [:]]],
        ])
    }()
}

extension HTTPHeaders {
    fileprivate func adding(_ name: String, _ value: String) -> HTTPHeaders {
        var headers = self
        headers.add(name: name, value: value)
        return headers
    }
}
