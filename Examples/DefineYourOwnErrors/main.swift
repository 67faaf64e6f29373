import ErrorCatalog
import HardeningCore

// 1. Define. Both languages are required arguments: a missing translation does not compile.
extension ErrorDefinition {
    static let cardDeclined = ErrorDefinition(
        "CARD_DECLINED", status: 402,
        title: .init(en: "Card declined", ar: "رُفضت البطاقة"),
        message: .init(en: "The card ending in {last4} was declined", ar: "رُفضت البطاقة المنتهية بالأرقام {last4}"),
        userMessage: .init(en: "Your card was declined. Please use another one.", ar: "رُفضت بطاقتك. يُرجى استخدام بطاقة أخرى."),
        details: ["last4"])

    static let emailTaken = ErrorDefinition(
        "EMAIL_TAKEN", status: 409,
        message: .init(en: "The e-mail address is already registered", ar: "عنوان البريد الإلكتروني مسجّل من قبل"),
        userMessage: .init(
            en: "There is already an account with this address. Please sign in.",
            ar: "يوجد حساب بهذا العنوان من قبل. يُرجى تسجيل الدخول."))
}

struct GatewayFailure: Error {
    let connection = "https://user:password@gateway.internal"
}

// 2. Check at start-up: a duplicate or malformed code is a typed error. In a test, lint the words as well.
let catalog = try Catalog.standard.adding([.cardDeclined, .emailTaken])
for finding in CatalogLint.findings(in: catalog.definitions) { print(finding) }

// 3. Throw anywhere, answer in one place.
func pay() throws {
    throw CatalogError(.cardDeclined, ["last4": "4242"], cause: GatewayFailure())
}

let renderer = ErrorRenderer(catalog: catalog, typeBase: "https://errors.example.com/")
let negotiator = LanguageNegotiator()
do {
    try pay()
} catch {
    let context = RenderingContext(
        requestID: "req_01JD3K7Q2M", timestamp: TimeSource.system.timestamp,
        language: negotiator.language(for: "ar-EG,ar;q=0.9,en;q=0.8"))
    let answer = renderer.render(error, in: context)
    print(answer.status, answer.contentType, answer.contentLanguage)
    print(String(decoding: answer.body, as: UTF8.self))

    // The cause goes to the log and nowhere else.
    let record = renderer.logRecord(for: error, in: context)
    print(record.level, record.requestID, record.code, record.message, record.causes)
}
