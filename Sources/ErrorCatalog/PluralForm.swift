/// The six plural categories of the Unicode CLDR.
///
/// A language uses some of them: English two, Arabic all six. The set is closed by the standard
/// (UTS #35, "Language Plural Rules").
public enum PluralForm: Int, Sendable, Hashable, CaseIterable, Comparable {
    case zero, one, two, few, many, other

    public static func < (left: PluralForm, right: PluralForm) -> Bool {
        left.rawValue < right.rawValue
    }
}
