import ErrorCatalog
import HardeningCore
import Testing

@Suite struct CatalogTests {
    static let nineteen: [(String, Int)] = [
        ("PROPERTY_NOT_FOUND", 404), ("PROPERTY_UNAVAILABLE", 409), ("AI_SERVICE_ERROR", 503), ("RATE_LIMIT_ERROR", 429),
        ("AUTHENTICATION_ERROR", 401), ("VALIDATION_ERROR", 422), ("BLOCKCHAIN_ERROR", 503), ("DATABASE_ERROR", 503),
        ("COST_LIMIT_ERROR", 402), ("SCRAPING_ERROR", 502), ("ANALYSIS_ERROR", 500), ("CACHE_ERROR", 503), ("RATE_LIMIT_EXCEEDED", 429),
        ("INVALID_INPUT", 400), ("RESOURCE_NOT_FOUND", 404), ("TASK_ERROR", 500), ("CONFIGURATION_ERROR", 500),
        ("EXTERNAL_SERVICE_ERROR", 502), ("INTERNAL_ERROR", 500),
    ]
    static let suiteOwn: [(String, Int)] = [
        ("TOKEN_REVOKED", 401), ("FORBIDDEN", 403), ("METHOD_NOT_ALLOWED", 405), ("PAYLOAD_TOO_LARGE", 413),
        ("UNSUPPORTED_MEDIA_TYPE", 415), ("SERVICE_UNAVAILABLE", 503), ("CSRF_REJECTED", 403), ("ACCOUNT_LOCKED", 429),
        ("CLIENT_BLOCKED", 403), ("REQUEST_TIMEOUT", 408),
    ]

    @Test func theBuiltInKindsHaveTheDocumentedCodesAndStatuses() {
        #expect(ErrorDefinition.kinds.map(\.code) == Self.nineteen.map(\.0))
        #expect(ErrorDefinition.kinds.map(\.status) == Self.nineteen.map(\.1))
        #expect(ErrorDefinition.suite.map(\.code) == Self.suiteOwn.map(\.0))
        #expect(ErrorDefinition.suite.map(\.status) == Self.suiteOwn.map(\.1))
        #expect(Catalog.standard.definitions == ErrorDefinition.builtIn)
    }

    @Test func theBuiltInKindsPassTheCatalogsOwnChecks() throws {
        let catalog = try Catalog(ErrorDefinition.builtIn)
        for definition in ErrorDefinition.builtIn { #expect(catalog[definition.code] == definition) }
        #expect(catalog["UNKNOWN"] == nil)
    }

    @Test(arguments: CostLimitStatus.allCases)
    func theStatusOfTheCostLimitIsASetting(status: CostLimitStatus) throws {
        let renderer = ErrorRenderer(catalog: .standard(costLimitStatus: status))
        // Whoever throws it knows nothing of the setting.
        let answer = try Answer(CatalogError(.costLimitError, ["scope": "day"], retryAfter: .seconds(3600)), renderer: renderer)
        #expect(answer.rendered.status == status.rawValue)
        #expect(answer.object["status"] as? Int == status.rawValue)
        #expect(Catalog.standard(costLimitStatus: status).definitions.count == ErrorDefinition.builtIn.count)
    }

    static func definition(_ code: String, status: Int = 400) -> ErrorDefinition {
        ErrorDefinition(code, status: status, message: .init(en: "x", ar: "س"), userMessage: .init(en: "x", ar: "س"))
    }

    @Test func aCodeDefinedTwiceIsRefused() {
        #expect(throws: CatalogRefusal(reason: .duplicateCode, code: "TWICE")) {
            try Catalog([Self.definition("ONCE"), Self.definition("TWICE"), Self.definition("TWICE")])
        }
        #expect(throws: CatalogRefusal(reason: .duplicateCode, code: "FORBIDDEN")) {
            try Catalog.standard.adding([Self.definition("FORBIDDEN")])
        }
    }

    @Test(arguments: ["", "A", "a_b", "9AB", "_AB", "A-B", "A B", "ÄB", "A\n", String(repeating: "A", count: 65)])
    func aMalformedCodeIsRefused(code: String) {
        #expect(throws: CatalogRefusal(reason: .malformedCode, code: code)) { try Catalog([Self.definition(code)]) }
    }

    @Test(arguments: [0, 200, 399, 600, -404])
    func aStatusThatIsNoErrorIsRefused(status: Int) {
        #expect(throws: CatalogRefusal(reason: .statusOutOfRange, code: "ODD")) { try Catalog([Self.definition("ODD", status: status)]) }
    }

    @Test func everyRefusalExplainsItself() {
        for reason in CatalogRefusal.Reason.allCases {
            #expect(CatalogRefusal(reason: reason, code: "X_Y").description.contains("X_Y"))
        }
    }

    @Test func theCatalogsDefinitionAnswersForAThrownOneOfTheSameCode() throws {
        let other = ErrorDefinition(
            "FORBIDDEN", status: 404, message: .init(en: "Hidden", ar: "مخفي"), userMessage: .init(en: "Hidden.", ar: "مخفي."))
        let answer = try Answer(CatalogError(.forbidden), renderer: ErrorRenderer(catalog: .standard.replacing([other])))
        #expect(answer.rendered.status == 404)
        #expect(try answer.string("message") == "Hidden")
    }

    @Test func aDefinitionOutsideTheCatalogAnswersForItself() throws {
        #expect(try Answer(CatalogError(Self.definition("OWN_CODE", status: 418))).rendered.status == 418)
    }

    @Test(arguments: 400...599) func everyStatusHasATitleInBothLanguages(status: Int) {
        let title = Self.definition("OWN_CODE", status: status).title
        #expect(!title.text(in: .english).isEmpty && containsArabicLetters(title.text(in: .arabic)))
    }

    @Test func loggingAndReportingFollowTheStatusUnlessGiven() {
        #expect(Self.definition("X1", status: 500).logLevel == .error && Self.definition("X1", status: 500).reporting == .always)
        #expect(Self.definition("X1").logLevel == .info && Self.definition("X1").reporting == .never)
        #expect(Self.definition("CARD_X").metricLabel == "card_x")
        #expect(ErrorDefinition.configurationError.logLevel == .critical)
        for definition in ErrorDefinition.builtIn where definition.status < 500 { #expect(definition.reporting == .never) }
    }
}
