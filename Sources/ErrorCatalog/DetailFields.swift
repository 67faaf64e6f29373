/// A few named values in the order in which they were given.
///
/// An array and not a dictionary: errors carry a handful of values, a linear look-up is faster than
/// hashing there, and two processes must answer with the same bytes. At most 64 fields are kept; a
/// name given twice keeps its place and takes the later value.
public struct DetailFields: Sendable, Hashable {
    /// A name with its value.
    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: DetailValue
    }

    /// The most fields that are kept.
    public static let maximumCount = 64

    private var fields: [Field]

    /// - Parameter fields: in order; beyond ``maximumCount`` new names are ignored.
    public init(_ fields: some Sequence<(String, DetailValue)>) {
        self.fields = []
        for (name, value) in fields { self[name] = value }
    }

    /// The value of `name`.
    ///
    /// Setting nil removes it; a new name beyond ``maximumCount`` is ignored.
    ///
    /// - Complexity: O(number of fields).
    public subscript(name: String) -> DetailValue? {
        get {
            for index in fields.indices where fields[index].name == name { return fields[index].value }
            return nil
        }
        set {
            let index = fields.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): fields[index] = Field(name: name, value: value)
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?) where fields.count < Self.maximumCount: fields.append(Field(name: name, value: value))
            case (nil, _): break
            }
        }
    }
}

extension DetailFields: RandomAccessCollection {
    public var startIndex: Int { fields.startIndex }
    public var endIndex: Int { fields.endIndex }
    public subscript(index: Int) -> Field { fields[index] }
}

extension DetailFields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, DetailValue)...) {
        self.init(elements)
    }
}
