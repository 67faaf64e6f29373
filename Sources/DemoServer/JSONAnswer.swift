import CostTracker
import Foundation
import HTTPTypes
import Hummingbird

/// A JSON body for an answer, with its status.
struct JSONAnswer<Body: Encodable & Sendable>: ResponseGenerator {
    let status: HTTPResponse.Status
    let body: Body
    let headers: HTTPFields

    init(_ body: Body, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.body = body
        self.status = status
        self.headers = headers
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let bytes = try AnswerEncoder.shared.encode(body)
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// One encoder for all answers: making one costs as much as a small body.
enum AnswerEncoder {
    static let shared: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
}

/// An amount as a JSON number with exact decimals: never a binary fraction.
struct Dollars: Encodable, Sendable {
    private let number: Decimal

    init(_ money: Money) {
        number = Decimal(string: money.jsonNumber) ?? .zero
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}
