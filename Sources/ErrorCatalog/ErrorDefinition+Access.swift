/// Who is asking, and whether they may.
extension ErrorDefinition {
    public static let authenticationError = ErrorDefinition(
        "AUTHENTICATION_ERROR", status: 401,
        title: .init(en: "Authentication failed", ar: "فشلت المصادقة"),
        message: .init(
            en: "The credentials are missing or not valid", ar: "بيانات الاعتماد مفقودة أو غير صالحة"),
        userMessage: .init(
            en: "We could not confirm who you are. Please sign in again.",
            ar: "تعذّر التحقق من هويتك. يُرجى تسجيل الدخول مرة أخرى."))

    public static let tokenRevoked = ErrorDefinition(
        "TOKEN_REVOKED", status: 401,
        title: .init(en: "Token revoked", ar: "أُلغي رمز الدخول"),
        message: .init(en: "Token has been revoked", ar: "أُلغي رمز الدخول ولم يعد صالحًا"),
        userMessage: .init(
            en: "Your session has ended. Please sign in again.", ar: "انتهت جلستك. يُرجى تسجيل الدخول مرة أخرى."))

    public static let forbidden = ErrorDefinition(
        "FORBIDDEN", status: 403,
        title: .init(en: "Access denied", ar: "الوصول مرفوض"),
        message: .init(en: "The caller may not perform this action", ar: "ليس لصاحب الطلب صلاحية تنفيذ هذا الإجراء"),
        userMessage: .init(en: "You do not have permission to do this.", ar: "ليست لديك صلاحية لتنفيذ هذا الإجراء."))

    public static let csrfRejected = ErrorDefinition(
        "CSRF_REJECTED", status: 403,
        title: .init(en: "Request origin rejected", ar: "مصدر الطلب مرفوض"),
        message: .init(
            en: "The request did not pass the check against cross-site request forgery",
            ar: "لم يجتز الطلب فحص الحماية من تزوير الطلبات عبر المواقع"),
        userMessage: .init(
            en: "We could not confirm that this request came from you. Please reload the page and try again.",
            ar: "تعذّر التأكد من أن هذا الطلب صادر عنك. يُرجى إعادة تحميل الصفحة ثم المحاولة مرة أخرى."),
        logLevel: .notice)

    /// The abuse guard refused the request.
    ///
    /// Neither the message nor the details say which rule spoke: that would tell whom it concerns what to change.
    /// 403 and not 429, because well-behaved programs repeat the latter by themselves.
    public static let clientBlocked = ErrorDefinition(
        "CLIENT_BLOCKED", status: 403,
        title: .init(en: "Requests blocked", ar: "الطلبات محظورة"),
        message: .init(en: "Requests from this client are blocked", ar: "الطلبات الواردة من هذا العميل محظورة"),
        userMessage: .retry(
            en: "We cannot accept your requests at the moment.", ar: "لا يمكننا قبول طلباتك في الوقت الحالي.",
            unknownEn: "If you believe that this is a mistake, please contact us.",
            unknownAr: "إذا كنت ترى أن هذا حدث عن طريق الخطأ، فيُرجى التواصل معنا."),
        details: ["retry_after_seconds": 30], retry: .later, logLevel: .notice)
}
