/// A JSON value and where it stood, as ``JSONReader`` reads it.
///
/// Numbers keep their text: a price must not pass through binary floating point.
struct JSONValue: Sendable {
    enum Content: Sendable {
        case null
        case bool(Bool)
        case number(String)
        case string(String)
        case array([JSONValue])
        case object([Member])
    }

    struct Member: Sendable {
        let name: String
        /// Where the name begins, in bytes from 0.
        let offset: Int
        let value: JSONValue
    }

    let content: Content
    /// Where the value begins, in bytes from 0.
    let offset: Int

    /// The member of that name; nil when there is none, when it is null, and for what is not an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = content, let value = members.first(where: { $0.name == name })?.value, !value.isNull else {
            return nil
        }
        return value
    }

    var isNull: Bool {
        if case .null = content { true } else { false }
    }

    var string: String? {
        if case .string(let text) = content { text } else { nil }
    }

    /// Empty for what is not an array.
    var elements: [JSONValue] {
        if case .array(let values) = content { values } else { [] }
    }
}

/// Why a text is not JSON, and where.
struct JSONError: Error, Sendable, Hashable {
    /// Where reading stopped: `$.prices[3].input`.
    let path: String
    /// In bytes from 0.
    let offset: Int
    let message: String
}
