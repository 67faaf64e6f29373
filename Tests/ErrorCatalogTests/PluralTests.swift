import ErrorCatalog
import HardeningCore
import Testing

@Suite struct PluralTests {
    /// CLDR 46, `supplemental/plurals.xml`, locale ar, as the samples of each rule list them:
    /// zero 0 · one 1 · two 2 · few 3~10, 103~110, 1003 · many 11~26, 111, 1011 · other 100~102, 200~202, 300~302, …
    /// The table is one period of a hundred, written out, and the three exceptions at its beginning.
    static let period: [PluralForm] =
        [.other, .other, .other] + Array(repeating: .few, count: 8) + Array(repeating: .many, count: 89)

    @Test func arabicChoosesAsTheCLDRForZeroToTenThousand() {
        #expect(Self.period.count == 100)
        var expected: [PluralForm] = []
        while expected.count <= 10_000 { expected += Self.period }
        expected[0] = .zero
        expected[1] = .one
        expected[2] = .two
        for count in 0...10_000 {
            #expect(PluralRule.arabic.form(for: count) == expected[count], "\(count)")
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
            (0, "يمكنك المحاولة مرة أخرى الآن."), (1, "حاول مرة أخرى بعد ثانية واحدة."), (2, "حاول مرة أخرى بعد ثانيتين."),
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
            (0, "Please try again now."), (1, "Please try again in 1 second."), (30, "Please try again in 30 seconds."),
            (3600, "Please try again in 60 minutes."), (7200, "Please try again in 2 hours."), (259_200, "Please try again in 3 days."),
        ] as [(Int, String)])
    func aWaitIsToldInEnglish(seconds: Int, expected: String) throws {
        #expect(try Answer(CatalogError(.aiServiceError, retryAfter: .seconds(seconds))).string("user_message") == expected)
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
