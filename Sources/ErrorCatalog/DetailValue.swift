/// A typed value for `details` and for the holes of a template.
///
/// There is no floating-point case on purpose: see ``ExactDecimal``. Literals are accepted.
public enum DetailValue: Sendable, Hashable {
    case string(String)
    case int(Int)
    case decimal(ExactDecimal)
    case bool(Bool)
    case array([DetailValue])
    case object(DetailFields)

    /// The number to choose a plural form by.
    var wholeNumber: Int? {
        if case .int(let number) = self { number } else { nil }
    }
}

extension DetailValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: DetailValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, DetailValue)...) { self = .object(DetailFields(elements)) }
}

extension DetailValue: ExpressibleByStringInterpolation {}
