import ErrorCatalog

/// Objects and lists inside of a document; what is wrong in them is reported under their place, such as `/items/3/url`.
extension JSONInput {
    /// A required object.
    ///
    /// - Returns: what `fields` made of it, or nil when it is absent, null or no object.
    public mutating func object<Value>(_ name: String, _ fields: (inout JSONInput) -> Value) -> Value? {
        guard let value = present(name) else { return reject(name, .required) }
        return nested(value, at: pointer.appending(name), fields)
    }

    /// An object, or nil when it is absent or null.
    public mutating func optionalObject<Value>(_ name: String, _ fields: (inout JSONInput) -> Value) -> Value? {
        guard let value = present(name) else { return nil }
        return nested(value, at: pointer.appending(name), fields)
    }

    /// A required list of objects.
    ///
    /// - Parameters:
    ///   - count: how many there may be; of a longer list, none is read.
    ///   - fields: reads each.
    /// - Returns: those that are objects.
    public mutating func objects<Value>(_ name: String, count: ClosedRange<Int>, _ fields: (inout JSONInput) -> Value) -> [Value] {
        elements(name, count: count).enumerated().compactMap { index, element in
            nested(element, at: pointer.appending(name).appending(index), fields)
        }
    }

    /// A required list of texts.
    ///
    /// - Parameters:
    ///   - count: how many there may be.
    ///   - length: characters of each.
    public mutating func strings(_ name: String, count: ClosedRange<Int>, length: ClosedRange<Int>) -> [String] {
        elements(name, count: count).enumerated().compactMap { index, element in
            // Read like a member, under the list's own place.
            var member = JSONInput(members: ["\(index)": element], at: pointer.appending(name))
            let text = member.optionalString("\(index)", length: length)
            if element == .null { member.reject("\(index)", because: .required) }
            adopt(member)
            return text
        }
    }

    private mutating func elements(_ name: String, count: ClosedRange<Int>) -> [JSONValue] {
        guard let value = present(name) else { return reject(name, .required) ?? [] }
        guard case .array(let elements) = value else { return reject(name, .invalidType(expected: "array")) ?? [] }
        if elements.count < count.lowerBound { return reject(name, .tooFew(min: count.lowerBound)) ?? [] }
        if elements.count > count.upperBound { return reject(name, .tooMany(max: count.upperBound)) ?? [] }
        return elements
    }

    private mutating func nested<Value>(_ value: JSONValue, at place: JSONPointer, _ fields: (inout JSONInput) -> Value) -> Value? {
        guard case .object(let members) = value else {
            note(place, .invalidType(expected: "object"))
            return nil
        }
        var input = JSONInput(members: members, at: place)
        let result = fields(&input)
        adopt(input)
        return result
    }
}
