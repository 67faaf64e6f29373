import ErrorCatalog
import HardeningCore
import Testing

@Suite struct DetailsTests {
    static let text = LocalizedText(en: "x", ar: "س")
    static let open = ErrorDefinition("OPEN", status: 400, message: text, userMessage: text, details: ["a", "b", "c"])

    @Test func onlyAllowListedNamesAppearAndInTheDefinitionsOrder() throws {
        let answer = try Answer(CatalogError(Self.open, ["z": "secret", "c": 3, "b": 2], details: ["y": "secret", "a": 1, "b": 20]))
        #expect(answer.text.contains(#""details":{"a":1,"b":20,"c":3}"#))
        #expect(!answer.text.contains("secret"))
    }

    @Test func everyTypeKeepsItsJSONType() throws {
        let price = try #require(ExactDecimal("0.00000013"))
        let answer = try Answer(
            CatalogError(
                Self.open, details: ["a": .decimal(price), "b": ["x", 1, true, ["y": -2], []], "c": .int(.min)]))
        #expect(answer.text.contains(#""details":{"a":0.00000013,"b":["x",1,true,{"y":-2},[]],"c":-9223372036854775808}"#))
    }

    @Test(arguments: ["0", "-0", "12", "0.50", "-3.25", "100000000000000000000000000000.000000001"])
    func decimalTextIsKeptDigitForDigit(text: String) throws {
        let decimal = try #require(ExactDecimal(text))
        #expect(decimal.description == text)
        #expect(try Answer(CatalogError(Self.open, ["a": .decimal(decimal)])).text.contains("\"a\":\(text)}"))
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "01", "1e5", "+1", "1,5", "NaN", "1.2.3", "--1", " 1", "٣", "0x1", String(repeating: "1", count: 41),
    ])
    func textThatIsNoDecimalIsRefused(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test(
        arguments: [
            (165, 4, "0.0165"), (13, 8, "0.00000013"), (-5, 1, "-0.5"), (42, 0, "42"), (100, 2, "1.00"), (0, 2, "0.00"), (7, -3, "7"),
            (.min, 18, "-9.223372036854775808"), (1, 99, "0.000000000000000001"),
        ] as [(Int64, Int, String)])
    func unitsAndScaleMakeADecimal(units: Int64, scale: Int, expected: String) {
        #expect(ExactDecimal(units: units, scale: scale).description == expected)
        #expect(ExactDecimal(expected) != nil)
    }

    @Test func nestingAndSizeAreBounded() throws {
        var deep: DetailValue = 1
        for level in 0..<5000 { deep = level.isMultiple(of: 2) ? [deep] : ["k": deep] }
        #expect(try Answer(CatalogError(Self.open, ["a": deep])).text.contains("null"))
        let row = DetailValue.array(Array(repeating: .string(String(repeating: "x", count: 5000)), count: 1000))
        let wide = try Answer(CatalogError(Self.open, ["a": .array(Array(repeating: row, count: 1000)), "b": 1]))
        #expect(wide.rendered.body.count < 600_000)
    }

    @Test func fieldsAreBoundedOrderedAndTheLaterValueWins() {
        var fields: DetailFields = ["a": 1, "b": 2, "a": 3]
        #expect(fields.map(\.name) == ["a", "b"] && fields["a"] == 3)
        fields["a"] = nil
        #expect(fields.map(\.name) == ["b"])
        for number in 0..<100 { fields["n\(number)"] = .int(number) }
        #expect(fields.count == DetailFields.maximumCount)
    }

    @Test(arguments: [
        (Duration.seconds(30), 30), (.milliseconds(29_001), 30), (.nanoseconds(1), 1), (.zero, 1), (.seconds(-5), 1),
        (.milliseconds(-1), 1), (.seconds(Int64.max), Int.max), (.seconds(Int64.min), 1),
    ])
    func theWaitIsRoundedUpAndTheSameEverywhere(wait: Duration, seconds: Int) throws {
        let answer = try Answer(CatalogError(.serviceUnavailable, retryAfter: wait))
        #expect(answer.rendered.retryAfterSeconds == seconds)
        #expect(try answer.details["retry_after_seconds"] as? Int == seconds)
    }

    @Test func aWaitGivenAsAValueIsTheSameWait() throws {
        let answer = try Answer(CatalogError(.scrapingError, ["retry_after_seconds": 12]))
        #expect(answer.rendered.retryAfterSeconds == 12)
        #expect(try answer.details["retry_after_seconds"] as? Int == 12)
        #expect(try Answer(CatalogError(.scrapingError, ["retry_after_seconds": 0])).details["retry_after_seconds"] as? Int == 1)
        #expect(CatalogError(.scrapingError, ["retry_after_seconds": .int(.min)]).retryAfterSeconds == 1)
    }

    @Test func anErrorThatIsNotRetryableSendsNoWait() throws {
        let answer = try Answer(CatalogError(.forbidden, ["retry_after_seconds": 12], retryAfter: .seconds(12)))
        #expect(answer.rendered.retryAfterSeconds == nil)
        #expect(try answer.details.isEmpty)
    }

    @Test func theHelpersNameWhatFailed() throws {
        let cause = CancellationError()
        #expect(try Answer(CatalogError.ai(service: "openai", cause: cause)).details["service"] as? String == "openai")
        let database = try Answer(CatalogError.database(operation: "load_property", cause: cause))
        #expect(try database.details["operation"] as? String == "load_property")
        #expect(try database.string("message") == "The database operation failed (load_property)")
        let blockchain = try Answer(CatalogError.blockchain(operation: "mint", retryAfter: .seconds(120), cause: cause))
        #expect(try blockchain.details["operation"] as? String == "mint")
        #expect(blockchain.rendered.retryAfterSeconds == 120 && blockchain.rendered.code == "BLOCKCHAIN_ERROR")
    }

    @Test(arguments: ["SELECT * FROM users", "", "a/b", String(repeating: "a", count: 65)])
    func anOperationThatIsNoLabelStaysInTheLog(operation: String) throws {
        let error = CatalogError.database(operation: operation)
        let answer = try Answer(error)
        #expect(try answer.details.isEmpty)
        #expect(try answer.string("message") == "The database operation failed")
        let record = ErrorRenderer().logRecord(for: error, in: RenderingContext(requestID: "r", timestamp: Answer.now))
        #expect(record.values["unlisted_operation"] == .string(operation))
    }

    @Test func theShortDescriptionHoldsNoDynamicText() {
        let error = CatalogError(.propertyNotFound, ["property_id": "secret"])
        #expect(error.shortDescription == "property_not_found")
        #expect(!"\(error)".contains("secret") && "\(error)".hasPrefix("PROPERTY_NOT_FOUND (ErrorCatalogTests/"))
    }
}
