/// "Please try again in …" in one language, after a sentence that says what happened.
final class WaitTexts: Sendable {
    /// Indexed by the raw value of ``WaitUnit``.
    private let units: [PluralTexts]
    /// For when nobody knows how long it will take.
    let unknown: MessagePattern

    func pattern(for seconds: Int, language: Language) -> MessagePattern {
        let unit = WaitUnit(for: seconds)
        return units[unit.rawValue].pattern(for: unit.count(of: seconds), language: language)
    }

    subscript(unit: WaitUnit) -> PluralTexts { units[unit.rawValue] }

    static func english(after sentence: String, unknown: String) -> WaitTexts {
        let units = [("seconds", "second"), ("minutes", "minute"), ("hours", "hour"), ("days", "day")].map { plural, singular in
            PluralTexts(
                zero: "Please try again now.",
                one: "Please try again in {retry_after_\(plural)} \(singular).",
                other: "Please try again in {retry_after_\(plural)} \(plural).")
        }
        return WaitTexts(units: units, sentence: sentence, unknown: unknown)
    }

    static func arabic(after sentence: String, unknown: String) -> WaitTexts {
        let units = [
            arabicUnit("seconds", one: "ثانية واحدة", two: "ثانيتين", few: "ثوانٍ", many: "ثانية", other: "ثانية"),
            arabicUnit("minutes", one: "دقيقة واحدة", two: "دقيقتين", few: "دقائق", many: "دقيقة", other: "دقيقة"),
            arabicUnit("hours", one: "ساعة واحدة", two: "ساعتين", few: "ساعات", many: "ساعة", other: "ساعة"),
            arabicUnit("days", one: "يوم واحد", two: "يومين", few: "أيام", many: "يومًا", other: "يوم"),
        ]
        return WaitTexts(units: units, sentence: sentence, unknown: unknown)
    }

    private static func arabicUnit(
        _ unit: String, one: String, two: String, few: String, many: String, other: String
    ) -> PluralTexts {
        func wait(_ length: String) -> String { "حاول مرة أخرى بعد \(length)." }
        func counted(_ noun: String) -> String { wait("{retry_after_\(unit)} \(noun)") }
        return PluralTexts(
            zero: "يمكنك المحاولة مرة أخرى الآن.", one: wait(one), two: wait(two), few: counted(few), many: counted(many),
            other: counted(other))
    }

    private init(units: [PluralTexts], sentence: String, unknown: String) {
        func complete(_ wait: String) -> String { sentence.isEmpty ? wait : sentence + " " + wait }
        self.units = units.map { $0.mapSource(complete) }
        self.unknown = MessagePattern(complete(unknown))
    }
}

extension WaitTexts: Hashable {
    static func == (left: WaitTexts, right: WaitTexts) -> Bool {
        left === right || left.units == right.units && left.unknown == right.unknown
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(units)
    }
}
