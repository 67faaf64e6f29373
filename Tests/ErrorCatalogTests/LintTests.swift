import ErrorCatalog
import HardeningCore
import Testing

@Suite struct LintTests {
    @Test func ourOwnCatalogueIsClean() {
        let findings = CatalogLint.findings(in: ErrorDefinition.builtIn, fieldRules: FieldRule.builtIn)
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test func theTitlesOfAllStatusesAreClean() {
        let definitions = (400...599).map { status in
            ErrorDefinition("S\(status)", status: status, message: Self.good, userMessage: Self.good)
        }
        #expect(CatalogLint.findings(in: definitions) == [])
    }

    static let good = LocalizedText(en: "Good {a}.", ar: "جيد {a}.")

    struct Fault: Sendable, CustomTestStringConvertible {
        let rule: LintRule
        let text: LocalizedText
        var testDescription: String { rule.rawValue }
    }

    /// One planted fault each, or a few where a rule has several shapes.
    static let faults: [Fault] = [
        Fault(rule: .emptyText, text: .init(en: "Good.", ar: "")),
        Fault(rule: .emptyText, text: .init(en: " \n", ar: "جيد.")),
        Fault(
            rule: .emptyText,
            text: .init(
                en: .plural(of: "n", PluralTexts(one: "one", other: "{n}")),
                ar: .plural(of: "n", PluralTexts(zero: "صفر", one: "واحد", two: " ", few: "{n} قليل", many: "{n} كثير", other: "{n} آخر")))),
        Fault(rule: .equalTexts, text: .init(en: "حسنًا", ar: "حسنًا")),
        Fault(rule: .equalTexts, text: .init(en: .text("Good {a}", otherwise: "جيد"), ar: .text("جيد {a}", otherwise: "جيد"))),
        Fault(rule: .arabicWithoutArabicLetters, text: .init(en: "Good.", ar: "Fine.")),
        Fault(rule: .arabicWithoutArabicLetters, text: .init(en: "Good {a}", ar: "{a}…")),
        Fault(rule: .mojibake, text: .init(en: "Good.", ar: "Ø±ÙÙØ¶Øª جيد")),
        Fault(rule: .mojibake, text: .init(en: "Donâ€™t.", ar: "جيد.")),
        Fault(rule: .mojibake, text: .init(en: "Good.", ar: "ط§ظ„ط®ط¯ظ…ط©")),
        Fault(rule: .mojibake, text: .init(en: "Good.", ar: "جيد \u{FFFD}")),
        Fault(rule: .latinPunctuationInArabic, text: .init(en: "Good, fine.", ar: "جيد, حسن.")),
        Fault(rule: .latinPunctuationInArabic, text: .init(en: "Good?", ar: "جيد?")),
        Fault(rule: .placeholdersDiffer, text: .init(en: "Good {a}.", ar: "جيد {b}.")),
        Fault(rule: .placeholdersDiffer, text: .init(en: "Good {a}.", ar: "جيد.")),
        Fault(rule: .placeholdersDiffer, text: .init(en: .text("Good {a}", otherwise: "Good"), ar: "جيد {a}")),
        Fault(
            rule: .placeholdersDiffer,  // few may not leave out the count, and two may not leave out another hole
            text: .init(
                en: .plural(of: "n", PluralTexts(one: "one {a}", other: "{n} {a}")),
                ar: .plural(
                    of: "n",
                    PluralTexts(zero: "صفر {a}", one: "واحد {a}", two: "اثنان", few: "قليل {a}", many: "{n} كثير {a}", other: "{n} آخر {a}")
                ))),
        Fault(rule: .malformedPlaceholder, text: .init(en: "Good {a.", ar: "جيد.")),
        Fault(rule: .malformedPlaceholder, text: .init(en: "Good.", ar: "جيد {المعرف}.")),
        Fault(
            rule: .missingPluralForm,
            text: .init(
                en: .plural(of: "n", PluralTexts(one: "one", other: "{n}")),
                ar: .plural(of: "n", PluralTexts(zero: "صفر", one: "واحد", few: "{n} قليل", many: "{n} كثير", other: "{n} آخر")))),
        Fault(rule: .missingPluralForm, text: .init(en: .plural(of: "a", PluralTexts(other: "{a}")), ar: "جيد {a}")),
        Fault(rule: .unbalancedIsolates, text: .init(en: "Good.", ar: "جيد \u{2068}x.")),
        Fault(rule: .unbalancedIsolates, text: .init(en: "Good.", ar: "جيد \u{2069}\u{2068}.")),
        Fault(rule: .unbalancedIsolates, text: .init(en: "Good\u{202E}.", ar: "جيد.")),
    ]

    @Test(arguments: faults) func aPlantedFaultInATextIsFoundAlone(fault: Fault) {
        let definition = ErrorDefinition("PLANTED", status: 400, message: fault.text, userMessage: Self.good)
        let findings = CatalogLint.findings(in: [definition])
        #expect(Set(findings.map(\.rule)) == [fault.rule], "\(findings)")
        #expect(findings.allSatisfy { $0.code == "PLANTED" && $0.field == "message" && $0.language != nil })
        let rule = FieldRule("PLANTED_RULE", message: fault.text)
        #expect(Set(CatalogLint.findings(in: [], fieldRules: [rule]).map(\.rule)) == [fault.rule])
    }

    @Test func aTitleMustBeConstant() {
        let definition = ErrorDefinition(
            "PLANTED", status: 400, title: .init(en: "Good {a}", ar: "جيد {a}"), message: Self.good, userMessage: Self.good)
        let findings = CatalogLint.findings(in: [definition])
        #expect(Set(findings.map(\.rule)) == [.titleNotConstant] && findings.allSatisfy { $0.field == "title" })
    }

    @Test func codesAndStatusesAreChecked() {
        func rules(_ codes: [(String, Int)]) -> [LintRule] {
            CatalogLint.findings(
                in: codes.map { ErrorDefinition($0.0, status: $0.1, message: Self.good, userMessage: Self.good) }
            ).map(\.rule)
        }
        #expect(rules([("TWICE", 400), ("ONCE", 400), ("TWICE", 404)]) == [.duplicateCode])
        #expect(rules([("not_good", 400)]) == [.malformedCode])
        #expect(rules([("ODD", 200)]) == [.statusOutOfRange])
    }

    /// A catalogue with one planted fault.
    ///
    /// The switch has no default: a new rule does not compile without one.
    private static func findings(planting rule: LintRule) throws -> [LintFinding] {
        switch rule {
        case .emptyText, .equalTexts, .arabicWithoutArabicLetters, .mojibake, .latinPunctuationInArabic, .placeholdersDiffer,
            .malformedPlaceholder, .missingPluralForm, .unbalancedIsolates:
            let fault = try #require(faults.first { $0.rule == rule }, "no fault is planted for \(rule)")
            return CatalogLint.findings(in: [ErrorDefinition("PLANTED", status: 400, message: fault.text, userMessage: good)])
        case .titleNotConstant: return CatalogLint.findings(in: [planted("PLANTED", title: .init(en: "Good {a}", ar: "جيد {a}"))])
        case .duplicateCode: return CatalogLint.findings(in: [planted("TWICE"), planted("TWICE")])
        case .malformedCode: return CatalogLint.findings(in: [planted("not_good")])
        case .statusOutOfRange: return CatalogLint.findings(in: [planted("ODD", 399)])
        case .codeRemoved: return CatalogLint.findings(in: [], lock: try CatalogLock(parsing: "GONE 404"))
        case .statusChanged: return CatalogLint.findings(in: [planted("MOVED", 422)], lock: try CatalogLock(parsing: "MOVED 400"))
        case .codeNotLocked: return CatalogLint.findings(in: [planted("NEW_ONE")], lock: try CatalogLock(parsing: ""))
        }
    }

    private static func planted(_ code: String, _ status: Int = 400, title: LocalizedText? = nil) -> ErrorDefinition {
        ErrorDefinition(code, status: status, title: title, message: good, userMessage: good)
    }

    @Test(arguments: LintRule.allCases) func everyRuleFindsItsPlantedFaultAndNothingElse(rule: LintRule) throws {
        let findings = try Self.findings(planting: rule)
        #expect(Set(findings.map(\.rule)) == [rule], "\(findings)")
        // A title that is not constant is so in each of its languages.
        #expect(findings.count == (rule == .titleNotConstant ? 2 : 1), "\(findings)")
        #expect(findings.allSatisfy { $0.description.hasPrefix(rule.rawValue + " ") && !$0.explanation.isEmpty })
    }

    @Test func whatIsPlantedIsTheOnlyFault() throws {
        #expect(CatalogLint.findings(in: [Self.planted("GOOD")], lock: try CatalogLock(parsing: "GOOD 400")) == [])
    }

    @Test(arguments: [
        "يُرجى الدفع، ثم المحاولة.", "الموقع، ثم البيع؛ ثم الطلاغ؟", "می‌خواهم یک عکس بگیرم", "€5 – “quoted” … Ω", "CAFÉ» naïve coöperate",
    ])
    func goodTextIsNotTakenForMojibake(text: String) {
        let definition = ErrorDefinition(
            "GOOD", status: 400, message: .init(en: .text(text + " x"), ar: .text("جيد " + text)), userMessage: Self.good)
        #expect(!CatalogLint.findings(in: [definition]).map(\.rule).contains(.mojibake))
    }

    @Test func furtherLanguagesAreHeldToTheirOwnForms() {
        let polish = Language("pl", pluralRule: PluralRule(forms: [.one, .few, .many]) { $0 == 1 ? .one : $0 % 10 < 5 ? .few : .many })
        let text = LocalizedText(
            en: "Good {a}", ar: "جيد {a}", others: [polish: .plural(of: "a", PluralTexts(one: "dobry", few: "{a} dobre", other: "{a} b"))])
        let findings = CatalogLint.findings(in: [ErrorDefinition("PLANTED", status: 400, message: text, userMessage: Self.good)])
        #expect(findings.map(\.rule) == [.missingPluralForm])
        #expect(findings.first?.description == "MISSING_PLURAL_FORM PLANTED.message.pl: no text for many")
    }
}
