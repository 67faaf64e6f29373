/// A language the catalogue speaks: its tag and the few rules that rendering needs.
///
/// Equal when the tags are equal without regard to case, as BCP 47 asks. Copies share one immutable
/// storage: languages are handed about for every text of every answer.
public struct Language: Sendable {
    private final class Storage: Sendable {
        let tag: String
        /// What equality and hashing go by.
        let key: String
        let pluralRule: PluralRule
        let isRightToLeft: Bool
        let listSeparator: String

        init(tag: String, pluralRule: PluralRule, isRightToLeft: Bool, listSeparator: String) {
            self.tag = tag
            key = tag.lowercased()
            self.pluralRule = pluralRule
            self.isRightToLeft = isRightToLeft
            self.listSeparator = listSeparator
        }
    }

    private let storage: Storage

    /// A language beyond the two that are built in.
    ///
    /// - Parameters:
    ///   - tag: a BCP 47 tag. It is compared, never parsed; a tag that no client can ask for is harmless.
    ///   - pluralRule: which form of a message goes with which number.
    ///   - isRightToLeft: whether values inside its sentences are isolated.
    ///   - listSeparator: what stands between the items of a list.
    public init(_ tag: String, pluralRule: PluralRule, isRightToLeft: Bool = false, listSeparator: String = ", ") {
        storage = Storage(tag: tag, pluralRule: pluralRule, isRightToLeft: isRightToLeft, listSeparator: listSeparator)
    }

    /// The BCP 47 tag as it appears in `Content-Language`: `en`, `ar`, `pt-BR`.
    public var tag: String { storage.tag }
    /// Which form of a message goes with which number.
    public var pluralRule: PluralRule { storage.pluralRule }
    /// Whether values inside its sentences are isolated.
    public var isRightToLeft: Bool { storage.isRightToLeft }
    /// What stands between the items of a list.
    public var listSeparator: String { storage.listSeparator }

    /// The form that goes with `count`; spares the copy of ``pluralRule``.
    func pluralForm(for count: Int) -> PluralForm { storage.pluralRule.form(for: count) }

    public static let english = Language("en", pluralRule: .english)
    public static let arabic = Language("ar", pluralRule: .arabic, isRightToLeft: true, listSeparator: "، ")
}

extension Language: Hashable {
    public static func == (left: Language, right: Language) -> Bool {
        left.storage === right.storage || left.storage.key == right.storage.key
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(storage.key)
    }
}

extension Language: CustomStringConvertible {
    public var description: String { tag }
}
