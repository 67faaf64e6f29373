import ErrorCatalog
import HardeningCore

extension ErrorDefinition {
    static let cardDeclined = ErrorDefinition(
        "CARD_DECLINED", status: 402,
        message: .init(en: "Card ending {last4} was declined", ar: "رُفضت البطاقة المنتهية بالأرقام {last4}"),
        userMessage: .init(en: "Your card was declined.", ar: "رُفضت بطاقتك."),
        details: ["last4"])
}

func errorCatalogSample(gatewayError: any Error) -> RenderedError {
    let error = CatalogError(.cardDeclined, ["last4": "4242"], cause: gatewayError)
    let language = LanguageNegotiator().language(for: "ar-EG, en;q=0.5")
    let context = RenderingContext(requestID: "req_1", timestamp: TimeSource.system.timestamp, language: language)
    return ErrorRenderer().render(error, in: context)
}
