/// Which plural form a language uses for a whole number.
///
/// Source: CLDR 46, `supplemental/plurals.xml` (cardinal rules), restricted to whole numbers. Messages
/// count things, and things are counted in whole numbers; a number with a fraction takes `other`.
/// A negative count takes the form of its absolute value, as CLDR says.
public struct PluralRule: Sendable {
    /// The forms that ``form(for:)`` can answer, in CLDR order; the lint asks for each of them.
    public let forms: [PluralForm]
    private let choose: @Sendable (UInt64) -> PluralForm

    /// A rule for a language that the library does not know.
    ///
    /// - Parameters:
    ///   - forms: every form that `choose` can answer. `.other` is always among them.
    ///   - choose: a pure function of the absolute value.
    public init(forms: Set<PluralForm>, choose: @escaping @Sendable (UInt64) -> PluralForm) {
        self.forms = forms.union([.other]).sorted()
        self.choose = choose
    }

    /// The form for `count`.
    ///
    /// O(1), no allocation.
    public func form(for count: Int) -> PluralForm {
        choose(UInt64(count.magnitude))
    }

    /// One, and everything else.
    public static let english = PluralRule(forms: [.one, .other]) { $0 == 1 ? .one : .other }

    /// All six forms; the last two digits decide from three on.
    public static let arabic = PluralRule(forms: Set(PluralForm.allCases)) { count in
        switch count {
        case 0: .zero
        case 1: .one
        case 2: .two
        default:
            switch count % 100 {
            case 3...10: .few
            case 11...99: .many
            default: .other
            }
        }
    }

    /// Nothing changes with the number, as in Turkish menus, Chinese or Japanese.
    public static let invariant = PluralRule(forms: [.other]) { _ in .other }
}
