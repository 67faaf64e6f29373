import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One provider's wire shape as a server speaks it: pure reading and writing, no I/O.
protocol UpstreamDialect: Sendable {
    var provider: Provider { get }

    /// Checks the headers the real provider requires, lightly: any key is a good key.
    func authorise(_ headers: HTTPFields) throws(UpstreamRefusal)

    /// Reads a request's body, however hostile.
    func prompt(from body: Data) throws(UpstreamRefusal) -> UpstreamPrompt

    /// A whole answer as JSON.
    func body(of answer: SimulatedAnswer, createdAt seconds: Int64) throws -> Data

    /// The same answer as server-sent events, each ready to be written.
    func events(of answer: SimulatedAnswer, createdAt seconds: Int64, withUsage: Bool) throws -> [Data]

    /// An error as JSON.
    func body(of refusal: UpstreamRefusal, number: UInt64) throws -> Data
}

extension UpstreamDialect {
    func json(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// One event of `text/event-stream` (WHATWG HTML §9.2); JSON has no line breaks of its own.
    func event(named name: String? = nil, _ data: Data) -> Data {
        var event = Data()
        if let name { event.append(contentsOf: "event: \(name)\n".utf8) }
        event.append(contentsOf: "data: ".utf8)
        event.append(data)
        event.append(contentsOf: "\n\n".utf8)
        return event
    }
}

/// Text as both providers accept it: a string, or a list of blocks of which some have text.
struct UpstreamText: Decodable {
    let texts: [String]

    init(from decoder: any Decoder) throws {
        struct Block: Decodable {
            var text: String?
        }
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            texts = [text]
        } else {
            texts = try container.decode([Block].self).compactMap(\.text)
        }
    }
}

/// A field that is written as `null` when it has no value, where the providers do so.
struct Nullable<Value: Encodable>: Encodable {
    var value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}
