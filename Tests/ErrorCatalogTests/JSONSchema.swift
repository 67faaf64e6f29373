import Foundation

/// The part of JSON Schema 2020-12 that this suite's schemas use; a keyword that it does not know is a
/// violation, so that no schema passes by being misunderstood.
struct JSONSchema: Sendable {
    /// What `$ref` points into.
    let document: StrictJSON
    let schema: StrictJSON

    init(_ schema: StrictJSON, in document: StrictJSON? = nil) {
        self.schema = schema
        self.document = document ?? schema
    }

    /// What is wrong with `value`: empty when it is valid.
    func violations(of value: StrictJSON) -> [String] {
        check(value, schema, at: "")
    }

    private func check(_ value: StrictJSON, _ schema: StrictJSON, at path: String) -> [String] {
        schema.members.flatMap { keyword -> [String] in
            let argument = keyword.value
            func require(_ isMet: Bool, _ what: String) -> [String] { isMet ? [] : ["\(path.isEmpty ? "/" : path): \(what)"] }
            switch keyword.name {
            case "description": return []
            case "$ref": return resolve(argument.text ?? "").map { check(value, $0, at: path) } ?? ["\(path): dangling \(argument)"]
            case "allOf": return argument.items.flatMap { check(value, $0, at: path) }
            case "type": return require(Self.hasType(value, argument.text ?? ""), "not of type \(argument.text ?? "?")")
            case "const": return require(value == argument, "not \(argument)")
            case "enum": return require(argument.items.contains(value), "not one of \(argument.items.count) values")
            case "required":
                return argument.items.compactMap(\.text).flatMap { require(value[$0] != nil, "\($0) is missing") }
            case "properties":
                return argument.members.flatMap { property in
                    value[property.name].map { check($0, property.value, at: path + "/" + property.name) } ?? []
                }
            case "additionalProperties" where argument == .bool(false):
                let known = schema["properties"]?.members.map(\.name) ?? []
                return value.members.flatMap { require(known.contains($0.name), "\($0.name) is not expected") }
            case "items":
                return value.items.enumerated().flatMap { check($0.element, argument, at: path + "/\($0.offset)") }
            case "minimum": return require((value.integer ?? .max) >= (argument.integer ?? .max), "less than \(argument)")
            case "maximum": return require((value.integer ?? .min) <= (argument.integer ?? .min), "more than \(argument)")
            case "minLength": return require((value.text?.count ?? .max) >= (argument.integer ?? .max), "too short")
            case "maxItems": return require(value.items.count <= (argument.integer ?? 0), "too many items")
            case "format": return value.text.map { require(Self.hasFormat($0, argument.text ?? ""), "\($0) is no \(argument)") } ?? []
            default: return ["\(path): the keyword \(keyword.name) is unknown"]
            }
        }
    }

    private func resolve(_ reference: String) -> StrictJSON? {
        guard reference.hasPrefix("#/") else { return nil }
        var place: StrictJSON? = document
        for name in reference.dropFirst(2).split(separator: "/") { place = place?[String(name)] }
        return place
    }

    private static func hasType(_ value: StrictJSON, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"), (.object, "object"): true
        case (.number, "integer"): value.integer != nil
        default: false
        }
    }

    private static func hasFormat(_ text: String, _ format: String) -> Bool {
        switch format {
        case "date-time":
            let shape = String(text.map { $0.isASCII && $0.isNumber ? "9" : $0 })
            return ["9999-99-99T99:99:99Z", "9999-99-99T99:99:99.999Z"].contains(shape)
        case "uri": return isReference(text) && (text.firstIndex(of: ":").map { $0 > text.startIndex } ?? false)
        case "uri-reference": return isReference(text)
        case "json-pointer":
            let parts = text.components(separatedBy: "~").dropFirst()
            return (text.isEmpty || text.hasPrefix("/")) && parts.allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
        default: return false
        }
    }

    /// The characters of RFC 3986, and percent signs only in front of two hexadecimal digits.
    private static func isReference(_ text: String) -> Bool {
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%")
        return text.allSatisfy(allowed.contains)
            && text.components(separatedBy: "%").dropFirst().allSatisfy { $0.prefix(2).count == 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }
}
