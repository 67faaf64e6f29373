import ErrorCatalog
import Foundation
import HardeningCore
import Testing

@Suite struct ValidationTests {
    @Test func eachFieldHasAPointerACodeAndBothLanguages() throws {
        let answer = try Answer(
            CatalogError.validation([
                FieldError("/email", .invalidEmail), FieldError("comment", .tooLong(max: 1000)),
                FieldError(.root.appending("a/b~c").appending(3), .outOfRange(min: 1, max: 5)),
            ]))
        #expect(answer.rendered.status == 422)
        #expect(
            try answer.fieldErrors == [
                [
                    "pointer": "/email", "code": "INVALID_EMAIL", "message": "Enter a valid e-mail address.",
                    "message_ar": "أدخل عنوان بريد إلكتروني صحيحًا.",
                ],
                [
                    "pointer": "/comment", "code": "TOO_LONG", "message": "Enter at most 1000 characters.",
                    "message_ar": "يجب ألا يزيد النص على 1000 حرف.",
                ],
                [
                    "pointer": "/a~1b~0c/3", "code": "OUT_OF_RANGE", "message": "Enter a value from 1 to 5.",
                    "message_ar": "أدخل قيمة من 1 إلى 5.",
                ],
            ])
        #expect(
            answer.text.contains(#""errors":[{"pointer":"/email","code":"INVALID_EMAIL","message":"Enter"#), "the order of the members")
    }

    @Test(arguments: FieldRule.builtIn) func everyRuleAnswersInBothLanguages(rule: FieldRule) throws {
        let error = try #require(try Answer(CatalogError.validation([FieldError("/x", rule)])).fieldErrors.first)
        #expect(error["code"] == rule.code)
        #expect(error["message"].map { !$0.isEmpty && $0.allSatisfy(\.isASCII) && $0.hasSuffix(".") } == true)
        #expect(error["message_ar"].map { containsArabicLetters($0) && hasBalancedIsolates($0) && $0.hasSuffix(".") } == true)
        #expect(!(error["message"] ?? "").contains("{") && !(error["message_ar"] ?? "").contains("\u{2026}"))
    }

    @Test func theRulesHaveTheDocumentedCodes() {
        let codes = Set(FieldRule.builtIn.map(\.code))
        #expect(codes.count == FieldRule.builtIn.count)
        #expect(
            codes.isSuperset(of: [
                "REQUIRED", "TOO_LONG", "TOO_SHORT", "INVALID_EMAIL", "INVALID_TYPE", "NOT_ALLOWED", "INVALID_URL", "OUT_OF_RANGE",
            ]))
    }

    @Test(arguments: [
        (1, "يجب ألا يزيد النص على حرف واحد."), (2, "يجب ألا يزيد النص على حرفين."), (5, "يجب ألا يزيد النص على 5 أحرف."),
        (72, "يجب ألا يزيد النص على 72 حرفًا."), (200, "يجب ألا يزيد النص على 200 حرف."),
    ])
    func limitsAreToldInTheRightForm(max: Int, expected: String) {
        let rule = FieldRule.tooLong(max: max)
        #expect(rule.message.text(in: .arabic, rule.parameters) == expected)
    }

    @Test func moreThanFiftyFieldErrorsAreCutAndCountedInTheLog() throws {
        let error = CatalogError.validation((0..<73).map { FieldError(.root.appending($0), .required) })
        let answer = try Answer(error)
        #expect(try answer.fieldErrors.count == 50)
        #expect(try answer.fieldErrors.last?["pointer"] == "/49")
        let record = ErrorRenderer().logRecord(for: error, in: RenderingContext(requestID: "r", timestamp: Answer.now))
        #expect(record.fieldErrors.count == 50 && record.fieldErrors.first == "/0 REQUIRED" && record.omittedFieldErrorCount == 23)
    }

    @Test func aHostilePointerStaysAPointer() throws {
        let pointer = JSONPointer.root.appending("\"\u{202E}\n" + String(repeating: "k", count: 10_000))
        let error = try #require(try Answer(CatalogError.validation([FieldError(pointer, .unknownField)])).fieldErrors.first)
        let text = try #require(error["pointer"])
        #expect(text.hasPrefix("/\"kkk") && text.utf8.count < 300 && hasBalancedIsolates(text))
    }

    @Test func anErrorWithoutTheListShowsNoFieldErrors() throws {
        #expect(try Answer(CatalogError(.forbidden, fieldErrors: [FieldError("/x", .required)])).details.isEmpty)
    }
}
