public import ErrorCatalog

/// Reads the fields of a JSON request body and collects everything that is wrong with them.
///
/// ```swift
/// let (email, password) = try JSONInput.read(body) { input in
///     (input.email("email"), input.string("password", length: 8...72))
/// }
/// ```
/// A field that breaks a rule yields a harmless stand-in and an entry; `read` throws one
/// VALIDATION_ERROR with all entries before the caller sees any value. Values are never echoed.
/// Unknown members are ignored.
public struct JSONInput {
    private let members: [String: JSONValue]
    /// The place of the object that is being read.
    let pointer: JSONPointer
    private var errors: [FieldError] = []
    private var wrongFields: Set<JSONPointer> = []

    /// Reads `body` with `fields`.
    ///
    /// - Throws: `CatalogError`: INVALID_INPUT when the body is not JSON, VALIDATION_ERROR when it is not
    ///   an object or a field breaks a rule.
    /// - Complexity: O(n) in the body, which the caller bounds.
    public static func read<Value>(
        _ body: [UInt8], limits: JSONLimits = JSONLimits(), _ fields: (inout JSONInput) -> Value
    ) throws(CatalogError) -> Value {
        guard let document = JSONValue(body) else { throw CatalogError(.invalidInput) }
        if let rule = limits.violation(of: document) { throw .validation([FieldError(.root, rule)]) }
        guard case .object(let members) = document else { throw .validation([FieldError(.root, .invalidType(expected: "object"))]) }
        var input = JSONInput(members: members, at: .root)
        let value = fields(&input)
        guard input.errors.isEmpty else { throw .validation(input.errors) }
        return value
    }

    init(members: [String: JSONValue], at pointer: JSONPointer) {
        self.members = members
        self.pointer = pointer
    }

    /// A required text of so many characters.
    ///
    /// - Parameters:
    ///   - name: the member's name.
    ///   - length: allowed numbers of characters, after trimming.
    ///   - trimmed: removes white space at both ends first. Never for passwords.
    public mutating func string(_ name: String, length: ClosedRange<Int>, trimmed: Bool = false) -> String {
        guard let text = optionalString(name, length: length, trimmed: trimmed) else {
            reject(name, ifMissing: .required)
            return ""
        }
        return text
    }

    /// The text of a member, or nil when it is absent, null or wrong.
    public mutating func optionalString(_ name: String, length: ClosedRange<Int>, trimmed: Bool = false) -> String? {
        guard let value = present(name) else { return nil }
        guard case .string(var text) = value else { return reject(name, .invalidType(expected: "string")) }
        if trimmed { text = Self.trimmed(text) }
        // A hostile text of combining marks is one character per megabyte: bound the bytes too.
        guard text.utf8.count <= length.upperBound * 4, text.count <= length.upperBound else {
            return reject(name, .tooLong(max: length.upperBound))
        }
        guard text.count >= length.lowerBound else {
            return reject(name, text.isEmpty ? .required : .tooShort(min: length.lowerBound))
        }
        guard !text.unicodeScalars.contains("\0") else { return reject(name, .notAllowed()) }
        return text
    }

    /// A required e-mail address, normalised; see ``EmailAddress``.
    public mutating func email(_ name: String) -> String {
        let text = string(name, length: 1...EmailAddress.maximumLength)
        guard !text.isEmpty else { return "" }
        return EmailAddress.normalized(text) ?? reject(name, .invalidEmail) ?? ""
    }

    /// A whole number in a range, or nil when it is absent, null or wrong.
    public mutating func optionalInteger(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = present(name) else { return nil }
        switch value {
        case .integer(let number) where range.contains(Int(clamping: number)): return Int(clamping: number)
        case .integer, .number: return reject(name, .outOfRange(min: range.lowerBound, max: range.upperBound))
        default: return reject(name, .invalidType(expected: "integer"))
        }
    }

    /// A required whole number in a range.
    ///
    /// - Returns: the number, or the range's lower bound as a stand-in.
    public mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int {
        guard let number = optionalInteger(name, in: range) else {
            reject(name, ifMissing: .required)
            return range.lowerBound
        }
        return number
    }

    /// A truth value, or nil when it is absent, null or wrong.
    public mutating func optionalBool(_ name: String) -> Bool? {
        guard let value = present(name) else { return nil }
        guard case .bool(let flag) = value else { return reject(name, .invalidType(expected: "boolean")) }
        return flag
    }

    /// A required text out of a closed list.
    ///
    /// - Returns: the choice, or the first of the list as a stand-in.
    public mutating func choice<Choice>(_ name: String, _ type: Choice.Type = Choice.self) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        guard let text = optionalString(name, length: 1...64) else {
            reject(name, ifMissing: .required)
            return nil
        }
        return Choice(rawValue: text) ?? reject(name, .notAllowed(Choice.allCases.map(\.rawValue)))
    }

    /// Notes a rule of the caller's own that a field breaks.
    public mutating func reject(_ name: String, because rule: FieldRule) {
        let _: Never? = reject(name, rule)
    }

    func present(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    mutating func reject<Value>(_ name: String, _ rule: FieldRule) -> Value? {
        note(pointer.appending(name), rule)
        return nil
    }

    /// The first rule that a field breaks is the one it hears about.
    mutating func note(_ place: JSONPointer, _ rule: FieldRule) {
        if wrongFields.insert(place).inserted { errors.append(FieldError(place, rule)) }
    }

    /// Takes over what was wrong further in.
    mutating func adopt(_ inner: JSONInput) {
        for error in inner.errors { note(error.pointer, error.rule) }
    }

    private mutating func reject(_ name: String, ifMissing rule: FieldRule) {
        if present(name) == nil { reject(name, because: rule) }
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
