/// Which digits Arabic sentences use for numbers.
///
/// It touches numbers in the human text of right-to-left languages only. Strings are left alone: a
/// card ending, a telephone number or an id must stay what the machine says it is.
public struct DigitStyle: Sendable, Hashable {
    let isArabicIndic: Bool

    /// 0123456789, as in the Maghreb and in most software.
    public static let latin = DigitStyle(isArabicIndic: false)
    /// ٠١٢٣٤٥٦٧٨٩ with ٫ as the decimal separator, as in print in the Mashriq.
    public static let arabicIndic = DigitStyle(isArabicIndic: true)
}
