/// What can go wrong with properties, analyses and tasks.
extension ErrorDefinition {
    public static let propertyNotFound = ErrorDefinition(
        "PROPERTY_NOT_FOUND", status: 404,
        title: .init(en: "Property not found", ar: "العقار غير موجود"),
        message: .init(
            en: .text("The property {property_id} does not exist", otherwise: "The property does not exist"),
            ar: .text("العقار ذو المعرّف {property_id} غير موجود", otherwise: "العقار المطلوب غير موجود")),
        userMessage: .init(
            en: "We could not find this property. It may have been removed.",
            ar: "لم نعثر على هذا العقار، وربما أُزيل من القائمة."),
        details: ["property_id": "p-1042"])

    public static let propertyUnavailable = ErrorDefinition(
        "PROPERTY_UNAVAILABLE", status: 409,
        title: .init(en: "Property unavailable", ar: "العقار غير متاح"),
        message: .init(
            en: .text("The property {property_id} is not available", otherwise: "The property is not available"),
            ar: .text("العقار ذو المعرّف {property_id} غير متاح", otherwise: "العقار المطلوب غير متاح")),
        userMessage: .init(
            en: "This property is no longer available. Please choose another one.",
            ar: "لم يعد هذا العقار متاحًا. يُرجى اختيار عقار آخر."),
        details: ["property_id": "p-1042"])

    public static let scrapingError = ErrorDefinition(
        "SCRAPING_ERROR", status: 502,
        title: .init(en: "Page could not be read", ar: "تعذّرت قراءة الصفحة"),
        message: .init(
            en: .text("No data could be read from the source ({source})", otherwise: "No data could be read from the source"),
            ar: .text("تعذّر استخراج البيانات من المصدر ({source})", otherwise: "تعذّر استخراج البيانات من المصدر")),
        userMessage: .init(
            en: "We could not read this page. Please check the address or try again later.",
            ar: "تعذّرت علينا قراءة هذه الصفحة. يُرجى التأكد من العنوان أو المحاولة في وقت لاحق."),
        details: ["source": "listings.example.com"], retry: .later, logLevel: .warning, reporting: .sampled)

    public static let analysisError = ErrorDefinition(
        "ANALYSIS_ERROR", status: 500,
        title: .init(en: "Analysis failed", ar: "فشل التحليل"),
        message: .init(
            en: .text("The analysis failed ({analysis})", otherwise: "The analysis failed"),
            ar: .text("فشل التحليل ({analysis})", otherwise: "فشل التحليل المطلوب")),
        userMessage: .init(
            en: "We could not complete the analysis. Please try again later.",
            ar: "لم نتمكن من إتمام التحليل. يُرجى المحاولة في وقت لاحق."),
        details: ["analysis": "market_value"])

    public static let taskError = ErrorDefinition(
        "TASK_ERROR", status: 500,
        title: .init(en: "Task failed", ar: "فشل تنفيذ المهمة"),
        message: .init(
            en: .text("The task failed ({task})", otherwise: "The task failed"),
            ar: .text("فشل تنفيذ المهمة ({task})", otherwise: "فشل تنفيذ المهمة المطلوبة")),
        userMessage: .init(
            en: "We could not finish this task. Please try again later.",
            ar: "لم نتمكن من إنجاز هذه المهمة. يُرجى المحاولة في وقت لاحق."),
        details: ["task": "import_listings", "task_id": "t-58"])
}
