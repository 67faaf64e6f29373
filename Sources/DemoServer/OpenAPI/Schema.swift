/// The shape of a JSON value, in the words of JSON Schema 2020-12.
///
/// A schema that was given a name stands under `components` once and is referred to; it brings along the named schemas
/// it is made of.
struct Schema: Sendable {
    /// What is written where the schema is used.
    let tree: JSONTree
    /// The named schemas it refers to.
    let components: [String: JSONTree]

    init(_ tree: JSONTree, components: [String: JSONTree] = [:]) {
        self.tree = tree
        self.components = components
    }

    private init(_ tree: JSONTree, using schemas: some Sequence<Schema>) {
        self.init(tree, components: schemas.reduce(into: [:]) { $0.merge($1.components) { $1 } })
    }

    /// The same, under `components` and by reference.
    func named(_ name: String) -> Schema {
        Schema(["$ref": .string("#/components/schemas/\(name)")], components: components.merging([name: tree]) { $1 })
    }

    func described(_ description: String) -> Schema {
        adding("description", .string(description))
    }

    func adding(_ keyword: String, _ value: JSONTree) -> Schema {
        Schema(tree.merging(.object([JSONTree.Member(name: keyword, value: value)])), components: components)
    }

    /// Null as well.
    var nullable: Schema {
        guard let type = tree["type"] else { return Schema(["anyOf": [tree, ["type": "null"]]], components: components) }
        var tree = tree
        tree["type"] = [type, "null"]
        if case .array(let values) = tree["enum"] { tree["enum"] = .array(values + [.null]) }
        return Schema(tree, components: components)
    }
}

// MARK: - Values

extension Schema {
    static let text = Schema(["type": "string"])
    static let flag = Schema(["type": "boolean"])
    static let number = Schema(["type": "number"])
    /// RFC 3339.
    static let timestamp = Schema(["type": "string", "format": "date-time"])
    static let email = Schema(["type": "string", "format": "email", "maxLength": 254])
    /// How many there are.
    static let count = Schema(["type": "integer", "minimum": 0])
    /// An amount of US dollars with exact decimals.
    static let dollars = Schema(["type": "number", "description": "US dollars, with exact decimals."])

    /// - Parameter pattern: in the dialect of ECMA-262, which is JSON Schema's.
    static func text(_ length: ClosedRange<Int>, pattern: String? = nil) -> Schema {
        let schema = Schema(["type": "string", "minLength": .integer(length.lowerBound), "maxLength": .integer(length.upperBound)])
        return pattern.map { schema.adding("pattern", .string($0)) } ?? schema
    }

    static func integer(_ range: ClosedRange<Int>) -> Schema {
        Schema(["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)])
    }

    static func integer(from minimum: Int) -> Schema {
        Schema(["type": "integer", "minimum": .integer(minimum)])
    }

    static func constant(_ value: String) -> Schema {
        Schema(["type": "string", "const": .string(value)])
    }

    static func choice(_ values: [String]) -> Schema {
        Schema(["type": "string", "enum": .array(values.map(JSONTree.string))])
    }

    static func choice<Choice>(_ type: Choice.Type) -> Schema where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        choice(type.allCases.map(\.rawValue))
    }
}

// MARK: - Collections

extension Schema {
    static func array(of element: Schema) -> Schema {
        Schema(["type": "array", "items": element.tree], using: [element])
    }

    /// An object whose members are named by data.
    static func map(of value: Schema) -> Schema {
        Schema(["type": "object", "additionalProperties": value.tree], using: [value])
    }

    /// An object we write: no member that is not named here.
    static func object(_ required: KeyValuePairs<String, Schema>, optional: KeyValuePairs<String, Schema> = [:]) -> Schema {
        members(required, optional).adding("additionalProperties", false)
    }

    /// An object we read: members we do not know are ignored, and an optional one may be null.
    static func input(_ required: KeyValuePairs<String, Schema>, optional: KeyValuePairs<String, Schema> = [:]) -> Schema {
        members(required, optional)
    }

    private static func members(_ required: KeyValuePairs<String, Schema>, _ optional: KeyValuePairs<String, Schema>) -> Schema {
        let all = Array(required) + Array(optional)
        let schema = Schema(
            ["type": "object", "properties": .object(all.map { JSONTree.Member(name: $0.key, value: $0.value.tree) })],
            using: all.map(\.value))
        return required.isEmpty ? schema : schema.adding("required", .array(required.map { .string($0.key) }))
    }
}
