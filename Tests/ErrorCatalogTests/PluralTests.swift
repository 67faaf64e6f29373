import ErrorCatalog
import Foundation
import HardeningCore
import Testing

@Suite struct PluralTests {
    /// CLDR 46, `supplemental/plurals.xml`, cardinal rules of locale ar, word for word.
    static let arabicRules: [(form: PluralForm, rule: String)] = [
        (.zero, "n = 0"), (.one, "n = 1"), (.two, "n = 2"), (.few, "n % 100 = 3..10"), (.many, "n % 100 = 11..99"),
    ]

    /// Reads such a rule (UTS #35, "Plural rules syntax"): `n = value`, `n % modulus = first..last`.
    static func holds(_ rule: String, for count: Int) throws -> Bool {
        let words = rule.split(separator: " ")
        let isModulo = words.count == 5 && words[1] == "%"
        try #require(words.first == "n" && words[words.count - 2] == "=" && (isModulo || words.count == 3), "\(rule)")
        let value = isModulo ? count % (try #require(Int(words[2]))) : count
        let bounds = try words[words.count - 1].components(separatedBy: "..").map { try #require(Int($0)) }
        return try #require(bounds.first) <= value && value <= bounds[bounds.count - 1]
    }

    @Test func arabicChoosesAsTheCLDRForZeroToTenThousand() throws {
        var seen: [PluralForm: Int] = [:]
        for count in 0...10_000 {
            let forms = try Self.arabicRules.filter { try Self.holds($0.rule, for: count) }.map(\.form)
            try #require(forms.count <= 1, "the rules of the CLDR exclude each other")
            let expected = forms.first ?? .other
            #expect(PluralRule.arabic.form(for: count) == expected, "\(count)")
            seen[expected, default: 0] += 1
        }
        #expect(seen == [.zero: 1, .one: 1, .two: 1, .few: 800, .many: 8900, .other: 298])
    }

    /// The sentence that is rendered is the one of the form, with its number.
    @Test func arabicSentencesAreChosenAsTheCLDRSays() throws {
        let text = LocalizedText(
            en: .plural(of: "n", PluralTexts(one: "one", other: "other {n}")),
            ar: .plural(
                of: "n",
                PluralTexts(zero: "صفر {n}", one: "واحد {n}", two: "اثنان {n}", few: "قليل {n}", many: "كثير {n}", other: "آخر {n}")))
        let words: [PluralForm: String] = [.zero: "صفر", .one: "واحد", .two: "اثنان", .few: "قليل", .many: "كثير", .other: "آخر"]
        for count in Array(0...320) + [1000, 1003, 9999, 10_000] {
            let form = try Self.arabicRules.first { try Self.holds($0.rule, for: count) }?.form ?? .other
            #expect(text.text(in: .arabic, ["n": .int(count)]) == "\(try #require(words[form])) \(count)")
        }
    }

    @Test(
        arguments: [
            (0, .zero), (1, .one), (2, .two), (3, .few), (10, .few), (103, .few), (110, .few), (1003, .few), (11, .many), (26, .many),
            (99, .many),
            (111, .many), (1011, .many), (100, .other), (101, .other), (102, .other), (200, .other), (202, .other), (1000, .other),
            (1_000_000, .other), (-1, .one), (-3, .few), (.max, .few), (.min, .few),
        ] as [(Int, PluralForm)])
    func arabicChoosesAsTheSamplesOfTheCLDR(count: Int, form: PluralForm) {
        #expect(PluralRule.arabic.form(for: count) == form)
    }

    @Test func englishHasTwoForms() {
        for count in 0...10_000 { #expect(PluralRule.english.form(for: count) == (count == 1 ? .one : .other)) }
        #expect(PluralRule.english.form(for: -1) == .one)
    }

    @Test(arguments: [0, 1, 2, 1000]) func anInvariantLanguageHasOne(count: Int) {
        #expect(PluralRule.invariant.form(for: count) == .other)
        #expect(PluralRule.invariant.forms == [.other])
    }

    @Test(
        arguments: [
            (0, "حاول مرة أخرى بعد ثانية واحدة."), (1, "حاول مرة أخرى بعد ثانية واحدة."), (2, "حاول مرة أخرى بعد ثانيتين."),
            (3, "حاول مرة أخرى بعد 3 ثوانٍ."), (10, "حاول مرة أخرى بعد 10 ثوانٍ."), (11, "حاول مرة أخرى بعد 11 ثانية."),
            (90, "حاول مرة أخرى بعد 90 ثانية."), (91, "حاول مرة أخرى بعد دقيقتين."), (120, "حاول مرة أخرى بعد دقيقتين."),
            (121, "حاول مرة أخرى بعد 3 دقائق."), (3600, "حاول مرة أخرى بعد 60 دقيقة."), (5401, "حاول مرة أخرى بعد ساعتين."),
            (36_000, "حاول مرة أخرى بعد 10 ساعات."), (86_400, "حاول مرة أخرى بعد 24 ساعة."), (172_801, "حاول مرة أخرى بعد 3 أيام."),
            (950_400, "حاول مرة أخرى بعد 11 يومًا."), (8_640_000, "حاول مرة أخرى بعد 100 يوم."),
        ] as [(Int, String)])
    func aWaitIsToldInAllSixFormsAndInTheUnitAPersonWouldChoose(seconds: Int, expected: String) throws {
        let answer = try Answer(CatalogError(.aiServiceError, retryAfter: .seconds(seconds)), language: .arabic)
        #expect(try answer.string("detail") == expected)
    }

    @Test(
        arguments: [
            (0, "Please try again in 1 second."), (1, "Please try again in 1 second."), (30, "Please try again in 30 seconds."),
            (3600, "Please try again in 60 minutes."), (7200, "Please try again in 2 hours."), (259_200, "Please try again in 3 days."),
        ] as [(Int, String)])
    func aWaitIsToldInEnglish(seconds: Int, expected: String) throws {
        #expect(try Answer(CatalogError(.aiServiceError, retryAfter: .seconds(seconds))).string("user_message") == expected)
    }

    /// Where the number is given by hand, outside of an answer.
    @Test func noWaitIsToldAsNow() {
        let text = LocalizedText.retry(en: "", ar: "")
        #expect(text.text(in: .english, ["retry_after_seconds": 0]) == "Please try again now.")
        #expect(text.text(in: .arabic, ["retry_after_seconds": 0]) == "يمكنك المحاولة مرة أخرى الآن.")
    }

    @Test(arguments: [
        (1, "لم يجتز حقل واحد التحقق"), (2, "لم يجتز حقلان التحقق"), (3, "لم تجتز 3 حقول التحقق"), (11, "لم يجتز 11 حقلًا التحقق"),
    ])
    func validationCountsItsFields(count: Int, expected: String) throws {
        let error = CatalogError.validation((0..<count).map { FieldError(.root.appending($0), .required) })
        #expect(try Answer(error).string("message_ar") == expected)
    }

    @Test func aNumberThatIsNotWholeTakesOther() throws {
        let text = LocalizedText(
            en: .plural(of: "n", PluralTexts(one: "one", other: "{n} units")),
            ar: .plural(
                of: "n",
                PluralTexts(zero: "صفر", one: "وحدة", two: "وحدتان", few: "{n} وحدات", many: "{n} وحدة", other: "{n} من الوحدات")))
        let half = try #require(ExactDecimal("1.5"))
        #expect(text.text(in: .english, ["n": .decimal(half)]) == "1.5 units")
        #expect(text.text(in: .arabic, ["n": .decimal(half)]) == "\u{2068}1.5\u{2069} من الوحدات")
        #expect(text.text(in: .english, ["n": 1]) == "one")
        #expect(text.text(in: .arabic, ["n": 0]) == "صفر")
        #expect(text.text(in: .english) == "\u{2026} units")
    }
}
