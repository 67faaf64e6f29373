/// Too many, too often, too expensive.
extension ErrorDefinition {
    /// A limit of an operation or of an upstream; see ``rateLimitExceeded`` for the client's own.
    public static let rateLimitError = ErrorDefinition(
        "RATE_LIMIT_ERROR", status: 429,
        title: .init(en: "Too many requests", ar: "عدد كبير جدًا من الطلبات"),
        message: .init(
            en: .text("The rate limit is reached ({scope})", otherwise: "The rate limit is reached"),
            ar: .text("بلغ عدد الطلبات الحد المسموح به ({scope})", otherwise: "بلغ عدد الطلبات الحد المسموح به")),
        userMessage: .retry(en: "We are receiving too many requests at the moment.", ar: "نستقبل عددًا كبيرًا من الطلبات في هذه اللحظة."),
        details: ["scope": "uploads", "retry_after_seconds": 30], retry: .later)

    public static let rateLimitExceeded = ErrorDefinition(
        "RATE_LIMIT_EXCEEDED", status: 429,
        title: .init(en: "Rate limit exceeded", ar: "تجاوز الحد المسموح به من الطلبات"),
        message: .init(
            en: .plural(
                of: "limit",
                PluralTexts(
                    one: "The limit of {limit} request in this window is used up",
                    other: "The limit of {limit} requests in this window is used up"),
                otherwise: "The limit of requests in this window is used up"),
            ar: .plural(
                of: "limit",
                PluralTexts(
                    zero: "لا يُسمح بأي طلب في هذه المدة", one: "استُنفد الحد المسموح به في هذه المدة، وهو طلب واحد",
                    two: "استُنفد الحد المسموح به في هذه المدة، وهو طلبان", few: "استُنفد الحد المسموح به في هذه المدة، وهو {limit} طلبات",
                    many: "استُنفد الحد المسموح به في هذه المدة، وهو {limit} طلبًا",
                    other: "استُنفد الحد المسموح به في هذه المدة، وهو {limit} طلب"),
                otherwise: "استُنفد الحد المسموح به من الطلبات في هذه المدة")),
        userMessage: .retry(en: "You have sent too many requests.", ar: "لقد أرسلت عددًا كبيرًا من الطلبات."),
        details: ["limit": 100, "window_seconds": 60, "violated_policies": ["per_client"], "retry_after_seconds": 30], retry: .later)

    /// COST_LIMIT_ERROR as 402; ``costLimitError(status:)`` makes it 429.
    public static let costLimitError = costLimitError(status: .paymentRequired)

    public static func costLimitError(status: CostLimitStatus) -> ErrorDefinition {
        ErrorDefinition(
            "COST_LIMIT_ERROR", status: status.rawValue,
            title: .init(en: "Cost limit reached", ar: "بلغت التكلفة الحد المسموح به"),
            message: .init(
                en: .text("The cost limit is reached ({scope}: {limit_usd} USD)", otherwise: "The cost limit is reached"),
                ar: .text("بلغت التكلفة الحد المسموح به ({scope}: {limit_usd} دولار أمريكي)", otherwise: "بلغت التكلفة الحد المسموح به")),
            userMessage: .retry(
                en: "You have used up your budget.", ar: "لقد استنفدت ميزانيتك.",
                unknownEn: "Please raise your limit or try again later.", unknownAr: "يُرجى رفع الحد أو المحاولة في وقت لاحق."),
            details: [
                "scope": "day", "limit_usd": .decimal(ExactDecimal(units: 2000, scale: 2)),
                "spent_usd": .decimal(ExactDecimal(units: 1995, scale: 2)), "requested_usd": .decimal(ExactDecimal(units: 25, scale: 2)),
                "retry_after_seconds": 30,
            ], retry: .later, logLevel: .notice)
    }

    public static let payloadTooLarge = ErrorDefinition(
        "PAYLOAD_TOO_LARGE", status: 413,
        title: .init(en: "Request too large", ar: "حجم الطلب كبير جدًا"),
        message: .init(
            en: .plural(
                of: "max_bytes",
                PluralTexts(
                    one: "The request body is larger than {max_bytes} byte", other: "The request body is larger than {max_bytes} bytes"),
                otherwise: "The request body is too large"),
            ar: .plural(
                of: "max_bytes",
                PluralTexts(
                    zero: "لا يُقبل أي محتوى مع هذا الطلب", one: "حجم محتوى الطلب أكبر من بايت واحد", two: "حجم محتوى الطلب أكبر من بايتين",
                    few: "حجم محتوى الطلب أكبر من {max_bytes} بايتات", many: "حجم محتوى الطلب أكبر من {max_bytes} بايتًا",
                    other: "حجم محتوى الطلب أكبر من {max_bytes} بايت"),
                otherwise: "حجم محتوى الطلب أكبر من المسموح به")),
        userMessage: .init(
            en: "What you sent is too large. Please make it smaller and try again.",
            ar: "حجم ما أرسلته أكبر من المسموح به. يُرجى تصغيره ثم المحاولة مرة أخرى."),
        details: ["max_bytes": 1_048_576])

    public static let accountLocked = ErrorDefinition(
        "ACCOUNT_LOCKED", status: 429,
        title: .init(en: "Account locked", ar: "الحساب مقفل"),
        message: .init(
            en: "The account is locked after too many failed sign-in attempts",
            ar: "قُفل الحساب مؤقتًا بسبب كثرة محاولات تسجيل الدخول الفاشلة"),
        userMessage: .retry(en: "There were too many failed attempts to sign in.", ar: "تكررت محاولات تسجيل الدخول الفاشلة."),
        details: ["retry_after_seconds": 30], retry: .later, logLevel: .notice)
}
