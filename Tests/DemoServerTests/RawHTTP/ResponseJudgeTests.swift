import Testing

@testable import DemoServer

/// The judge of raw responses can find them guilty.
@Suite struct ResponseJudgeTests {
    private static let head =
        "HTTP/1.1 404 Not Found\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: a\r\nContent-Type: application/problem+json\r\n"
    private static let body = #"{"status":404,"error_code":"RESOURCE_NOT_FOUND"}"#
    private static let judge = ResponseJudge([
        "components": ["schemas": ["Problem": ["required": ["status", "error_code"], "properties": ["status": ["type": "integer"]]]]]
    ])

    private static func response(_ head: String = head, _ body: String = body) -> String {
        head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    }

    @Test func aRightAnswerIsFoundRight() throws {
        let responses = try RawResponse.all(in: Array((Self.response() + Self.response()).utf8))
        #expect(responses.count == 2 && responses.flatMap(Self.judge.problems) == [])
        let chunked =
            Self.head + "Transfer-Encoding: chunked\r\n\r\n5\r\n\(Self.body.prefix(5))\r\n2b\r\n\(Self.body.dropFirst(5))\r\n0\r\n\r\n"
        #expect(try RawResponse.all(in: Array(chunked.utf8)).flatMap(Self.judge.problems) == [])
    }

    @Test(arguments: [
        (response(head, "oops"), "an error without JSON"),
        (response(head, #"{"status":404}"#), "/error_code: missing"),
        (response(head, #"{"status":500,"error_code":"X"}"#), "the status is told differently"),
        (response(head, #"{"status":404,"error_code":"X","why":"Sources/A"}"#), "404 tells of Sources/"),
        (response(head + "X-Type: Swift.Int\r\n"), "404 tells of Swift."),
        (response(head + "X-Request-Id: b\r\n"), "404: x-request-id is there 2 times"),
        (
            response(head.replacing("nosniff", with: "nosniff\r\nContent-Type: text/plain")),
            #"an error of type ["text/plain", "application/problem+json"]"#
        ),
    ])
    func aWrongAnswerIsFoundWrong(bytes: String, problem: String) throws {
        #expect(try RawResponse.all(in: Array(bytes.utf8)).flatMap(Self.judge.problems) == [problem])
    }

    @Test(arguments: [
        "HTTP/1.1 200", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc\r\n",
    ])
    func whatIsNotHTTPIsRefused(bytes: String) {
        #expect(throws: RawResponse.Malformed.self) { try RawResponse.all(in: Array(bytes.utf8)) }
    }

    @Test func aSeedSpoilsTheSameWayEachTime() {
        let requests = ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\n\r\n"]
        let spoiled = (0..<50 as Range<UInt64>).map { seed in
            var (once, again) = (RequestMutator(seed: seed), RequestMutator(seed: seed))
            let bytes = once.spoil(requests)
            #expect(bytes == again.spoil(requests))
            return bytes
        }
        #expect(Set(spoiled).count > 45 && spoiled.allSatisfy { $0.count < 1_000_000 })
    }
}
