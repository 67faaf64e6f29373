import Foundation

@testable import DemoServer

/// Holds a JSON value against a schema of JSON Schema 2020-12, in the vocabulary that the description uses.
///
/// A keyword outside it is refused, not ignored: a check that is not made must not look like one that passed.
struct SchemaValidator: Sendable {
    /// The document that references point into.
    let root: JSONTree

    static let keywords: Set<String> = [
        "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minLength", "maxLength", "pattern",
        "minimum", "maximum", "format", "oneOf", "anyOf", "allOf", "description", "default",
        "contentMediaType", "contentSchema",
    ]

    /// What is wrong with `value`, by JSON Pointer; empty when nothing is.
    func problems(of value: JSONTree, under schema: JSONTree, at pointer: String = "") -> [String] {
        guard case .object(let members) = schema else {
            return schema == true ? [] : ["\(pointer): the schema allows no value"]
        }
        return members.flatMap { member in
            keyword(member.name, member.value, schema, value, pointer)
        }
    }

    /// The value that `reference`, such as `#/components/schemas/Me`, points to.
    func resolve(_ reference: String) -> JSONTree? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(Optional(root)) { tree, token in
            tree?[String(token).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }

    /// `tree`, or what it refers to.
    func resolved(_ tree: JSONTree) -> JSONTree {
        guard case .string(let reference)? = tree["$ref"], let target = resolve(reference) else { return tree }
        return target
    }

    // MARK: - Keywords

    private func keyword(_ name: String, _ argument: JSONTree, _ schema: JSONTree, _ value: JSONTree, _ pointer: String) -> [String] {
        switch (name, argument) {
        case ("description", _), ("default", _), ("contentMediaType", "application/json"): []
        case ("$ref", .string(let reference)):
            resolve(reference).map { problems(of: value, under: $0, at: pointer) } ?? ["\(pointer): \(reference) leads nowhere"]
        case ("allOf", .array(let schemas)): schemas.flatMap { problems(of: value, under: $0, at: pointer) }
        case ("anyOf", .array(let schemas)): branches(schemas, value, pointer) { $0 > 0 }
        case ("oneOf", .array(let schemas)): branches(schemas, value, pointer) { $0 == 1 }
        case ("type", .string(let type)): value.has(type: type) ? [] : ["\(pointer): not of type \(type)"]
        case ("type", .array(let types)):
            types.contains { if case .string(let type) = $0 { value.has(type: type) } else { false } }
                ? [] : ["\(pointer): of no type listed"]
        case ("const", _): value.equals(argument) ? [] : ["\(pointer): not the constant"]
        case ("enum", .array(let values)): values.contains(where: value.equals) ? [] : ["\(pointer): not in the enumeration"]
        case ("properties", _), ("required", _), ("additionalProperties", _): object(name, argument, schema, value, pointer)
        case ("items", _): items(argument, value, pointer)
        case ("minLength", _), ("maxLength", _), ("pattern", _), ("format", _): text(name, argument, value, pointer)
        case ("contentSchema", _): content(argument, value, pointer)
        case ("minimum", _), ("maximum", _): bound(name, argument, value, pointer)
        default: ["\(pointer): the keyword \(name) is not known"]
        }
    }

    private func branches(_ schemas: [JSONTree], _ value: JSONTree, _ pointer: String, _ isEnough: (Int) -> Bool) -> [String] {
        let problems = schemas.map { self.problems(of: value, under: $0, at: pointer) }
        let matching = problems.count { $0.isEmpty }
        return isEnough(matching) ? [] : ["\(pointer): \(matching) of \(schemas.count) branches match"] + problems.flatMap(\.self)
    }

    private func object(_ name: String, _ argument: JSONTree, _ schema: JSONTree, _ value: JSONTree, _ pointer: String) -> [String] {
        guard case .object(let members) = value else { return [] }
        switch (name, argument) {
        case ("properties", .object(let properties)):
            return properties.flatMap { property in
                value[property.name].map { problems(of: $0, under: property.value, at: "\(pointer)/\(property.name)") } ?? []
            }
        case ("required", .array(let names)):
            return names.compactMap { if case .string(let name) = $0, value[name] == nil { "\(pointer)/\(name): missing" } else { nil } }
        case ("additionalProperties", _):
            let others = members.filter { schema["properties"]?[$0.name] == nil }
            return others.flatMap { problems(of: $0.value, under: argument, at: "\(pointer)/\($0.name)") }
        default: return ["\(pointer): malformed \(name)"]
        }
    }

    private func items(_ schema: JSONTree, _ value: JSONTree, _ pointer: String) -> [String] {
        guard case .array(let items) = value else { return [] }
        return items.enumerated().flatMap { problems(of: $1, under: schema, at: "\(pointer)/\($0)") }
    }

    private func text(_ name: String, _ argument: JSONTree, _ value: JSONTree, _ pointer: String) -> [String] {
        guard case .string(let text) = value else { return [] }
        let isRight: Bool? =
            switch (name, argument) {
            case ("minLength", .integer(let length)): text.unicodeScalars.count >= length
            case ("maxLength", .integer(let length)): text.unicodeScalars.count <= length
            case ("pattern", .string(let pattern)): Self.matches(text, pattern)
            case ("format", .string(let format)): TextFormats.matches(text, format)
            default: nil
            }
        guard let isRight else { return ["\(pointer): \(name) is not known"] }
        return isRight ? [] : ["\(pointer): breaks \(name)"]
    }

    /// JSON within a string: an annotation to JSON Schema, checked all the same.
    private func content(_ schema: JSONTree, _ value: JSONTree, _ pointer: String) -> [String] {
        guard case .string(let text) = value else { return [] }
        guard let content = JSONTree(parsing: text) else { return ["\(pointer): not JSON"] }
        return problems(of: content, under: schema, at: pointer)
    }

    private func bound(_ name: String, _ argument: JSONTree, _ value: JSONTree, _ pointer: String) -> [String] {
        guard let number = value.asDouble, let bound = argument.asDouble else { return [] }
        return (name == "minimum" ? number >= bound : number <= bound) ? [] : ["\(pointer): beyond the \(name)"]
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool? {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
        return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}

/// The formats of JSON Schema that the description uses; nil for another.
enum TextFormats {
    static func matches(_ text: String, _ format: String) -> Bool? {
        switch format {
        case "date-time": text.wholeMatch(of: /\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)/) != nil
        case "email": text.wholeMatch(of: /[^@\s]+@[^@\s]+\.[^@\s]+/) != nil
        case "uri": text.wholeMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+/) != nil
        case "uri-reference": text.wholeMatch(of: /[\x21-\x7e]*/) != nil
        case "json-pointer": text.isEmpty || text.hasPrefix("/")
        default: nil
        }
    }
}

extension JSONTree {
    var asDouble: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    func equals(_ other: JSONTree) -> Bool {
        if let number = asDouble, let other = other.asDouble { return number == other }
        return self == other
    }

    /// Whether the value is of a type in JSON Schema's sense: 1.0 is an integer.
    func has(type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"), (.string, "string"),
            (.array, "array"), (.object, "object"):
            true
        case (.number(let number), "integer"): number.rounded() == number
        default: false
        }
    }
}
