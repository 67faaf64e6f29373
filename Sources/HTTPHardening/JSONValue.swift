#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A JSON document as values, for input whose shape is not known to be right.
///
/// Decoding straight into a struct stops at the first wrong field; a form should hear about all of
/// them at once, so ``JSONInput`` reads this instead.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Nesting beyond which a document is refused before it is parsed.
    public static let maximumDepth = 32

    /// Parses one document, or returns nil when it is malformed, nested too deeply or not UTF-8.
    ///
    /// Integers beyond 64 bits become ``number(_:)``.
    ///
    /// - Complexity: O(n) in time and memory; bound the body before calling.
    public init?(_ body: [UInt8]) {
        guard Self.depth(of: body) <= Self.maximumDepth,
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(body))
        else { return nil }
        self = value
    }

    /// The deepest nesting of brackets outside strings; exact for valid JSON, which is all that
    /// matters: the parser decides about the rest.
    private static func depth(of body: [UInt8]) -> Int {
        var depth = 0
        var deepest = 0
        var isString = false
        var isEscaped = false
        for byte in body {
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return deepest
    }
}

extension JSONValue: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode([String: JSONValue].self) {
            self = .object(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }
}
