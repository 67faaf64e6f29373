/// What is wrong with the service itself.
extension ErrorDefinition {
    /// Answers for every error that is not in the catalogue.
    ///
    /// Its text is fixed and it lists no details.
    public static let internalError = ErrorDefinition(
        "INTERNAL_ERROR", status: 500,
        title: .init(en: "Internal error", ar: "خطأ داخلي"),
        message: .init(en: "An unexpected error occurred", ar: "حدث خطأ غير متوقع"),
        userMessage: .init(
            en: "Something went wrong on our side. Please try again later.",
            ar: "حدث خطأ من جانبنا. يُرجى المحاولة في وقت لاحق."))

    /// Lists no details: which setting is wrong is for the operator, in the log.
    public static let configurationError = ErrorDefinition(
        "CONFIGURATION_ERROR", status: 500,
        title: .init(en: "Service misconfigured", ar: "خلل في إعدادات الخدمة"),
        message: .init(en: "The service is not configured correctly", ar: "إعدادات الخدمة غير صحيحة"),
        userMessage: .init(
            en: "The service has a problem on our side. Please try again later.",
            ar: "في الخدمة خلل من جانبنا. يُرجى المحاولة في وقت لاحق."),
        logLevel: .critical)

    public static let serviceUnavailable = ErrorDefinition(
        "SERVICE_UNAVAILABLE", status: 503,
        title: .init(en: "Service unavailable", ar: "الخدمة غير متاحة"),
        message: .init(
            en: "The service cannot accept requests at the moment", ar: "لا تستطيع الخدمة قبول الطلبات في الوقت الحالي"),
        userMessage: .retry(en: "The service is busy right now.", ar: "الخدمة مشغولة حاليًا."),
        details: ["retry_after_seconds": 30], retry: .later, logLevel: .warning, reporting: .sampled)
}
