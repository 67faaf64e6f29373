/// What the service leans on and what happens when it gives way.
extension ErrorDefinition {
    public static let aiServiceError = ErrorDefinition(
        "AI_SERVICE_ERROR", status: 503,
        title: .init(en: "AI service unavailable", ar: "خدمة الذكاء الاصطناعي غير متاحة"),
        message: .init(
            en: .text("AI service unavailable ({service})", otherwise: "AI service unavailable"),
            ar: .text("خدمة الذكاء الاصطناعي غير متاحة ({service})", otherwise: "خدمة الذكاء الاصطناعي غير متاحة")),
        userMessage: .retry(
            en: "", ar: "", unknownEn: "The assistant is not available right now. Please try again shortly.",
            unknownAr: "المساعد غير متاح الآن. حاول مرة أخرى بعد قليل."),
        details: ["service": "claude", "retry_after_seconds": 30], retry: .later, logLevel: .error, reporting: .sampled)

    public static let blockchainError = ErrorDefinition(
        "BLOCKCHAIN_ERROR", status: 503,
        title: .init(en: "Blockchain unavailable", ar: "شبكة سلسلة الكتل غير متاحة"),
        message: .init(
            en: .text("The blockchain operation failed ({operation})", otherwise: "The blockchain operation failed"),
            ar: .text("فشلت العملية على سلسلة الكتل ({operation})", otherwise: "فشلت العملية على سلسلة الكتل")),
        userMessage: .retry(en: "The blockchain network is not responding.", ar: "شبكة سلسلة الكتل لا تستجيب حاليًا."),
        details: ["operation": "mint", "retry_after_seconds": 30], retry: .later, logLevel: .error, reporting: .sampled)

    public static let databaseError = ErrorDefinition(
        "DATABASE_ERROR", status: 503,
        title: .init(en: "Database unavailable", ar: "قاعدة البيانات غير متاحة"),
        message: .init(
            en: .text("The database operation failed ({operation})", otherwise: "The database operation failed"),
            ar: .text("فشلت العملية على قاعدة البيانات ({operation})", otherwise: "فشلت العملية على قاعدة البيانات")),
        userMessage: .retry(en: "We cannot reach your data right now.", ar: "يتعذّر الوصول إلى بياناتك الآن."),
        details: ["operation": "load_property", "retry_after_seconds": 30], retry: .later, logLevel: .error, reporting: .sampled)

    public static let cacheError = ErrorDefinition(
        "CACHE_ERROR", status: 503,
        title: .init(en: "Cache unavailable", ar: "ذاكرة التخزين المؤقت غير متاحة"),
        message: .init(
            en: .text("The cache operation failed ({operation})", otherwise: "The cache operation failed"),
            ar: .text("فشلت العملية على ذاكرة التخزين المؤقت ({operation})", otherwise: "فشلت العملية على ذاكرة التخزين المؤقت")),
        userMessage: .retry(en: "The service is temporarily unavailable.", ar: "الخدمة غير متاحة مؤقتًا."),
        details: ["operation": "read_session", "retry_after_seconds": 30], retry: .later, logLevel: .warning, reporting: .sampled)

    public static let externalServiceError = ErrorDefinition(
        "EXTERNAL_SERVICE_ERROR", status: 502,
        title: .init(en: "External service failed", ar: "عطل في خدمة خارجية"),
        message: .init(
            en: .text("An external service gave no valid answer ({service})", otherwise: "An external service gave no valid answer"),
            ar: .text("لم يصل رد صالح من الخدمة الخارجية ({service})", otherwise: "لم يصل رد صالح من خدمة خارجية")),
        userMessage: .retry(
            en: "A service that we depend on is not responding.", ar: "إحدى الخدمات التي نعتمد عليها لا تستجيب حاليًا."),
        details: ["service": "payments", "retry_after_seconds": 30], retry: .later, logLevel: .error, reporting: .sampled)
}
