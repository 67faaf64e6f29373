/// What can be wrong with a request itself.
extension ErrorDefinition {
    public static let validationError = ErrorDefinition(
        "VALIDATION_ERROR", status: 422,
        title: .init(en: "Validation failed", ar: "بيانات غير صالحة"),
        message: .init(
            en: .plural(
                of: "error_count",
                PluralTexts(one: "Validation failed for {error_count} field", other: "Validation failed for {error_count} fields"),
                otherwise: "Validation failed"),
            ar: .plural(
                of: "error_count",
                PluralTexts(
                    zero: "لم تجتز البيانات التحقق", one: "لم يجتز حقل واحد التحقق", two: "لم يجتز حقلان التحقق",
                    few: "لم تجتز {error_count} حقول التحقق", many: "لم يجتز {error_count} حقلًا التحقق",
                    other: "لم يجتز {error_count} حقل التحقق"),
                otherwise: "لم تجتز البيانات التحقق")),
        userMessage: .init(
            en: .plural(
                of: "error_count",
                PluralTexts(
                    one: "Please correct the marked field and try again.",
                    other: "Please correct the {error_count} marked fields and try again."),
                otherwise: "Some of the information is not valid. Please check it and try again."),
            ar: .plural(
                of: "error_count",
                PluralTexts(
                    zero: "بعض البيانات غير صالحة. يُرجى مراجعتها ثم المحاولة مرة أخرى.",
                    one: "يُرجى تصحيح الحقل المحدد ثم المحاولة مرة أخرى.", two: "يُرجى تصحيح الحقلين المحددين ثم المحاولة مرة أخرى.",
                    few: "يُرجى تصحيح {error_count} حقول محددة ثم المحاولة مرة أخرى.",
                    many: "يُرجى تصحيح {error_count} حقلًا محددًا ثم المحاولة مرة أخرى.",
                    other: "يُرجى تصحيح {error_count} حقل محدد ثم المحاولة مرة أخرى."),
                otherwise: "بعض البيانات غير صالحة. يُرجى مراجعتها ثم المحاولة مرة أخرى.")),
        details: ["errors": []])

    /// The request cannot be read at all: malformed JSON, a malformed query.
    public static let invalidInput = ErrorDefinition(
        "INVALID_INPUT", status: 400,
        title: .init(en: "Invalid input", ar: "مدخلات غير صالحة"),
        message: .init(
            en: .text("The request is malformed ({field})", otherwise: "The request is malformed"),
            ar: .text("صيغة الطلب غير صحيحة ({field})", otherwise: "صيغة الطلب غير صحيحة")),
        userMessage: .init(
            en: "We could not understand the request. Please check what you entered and try again.",
            ar: "لم نتمكن من فهم الطلب. يُرجى مراجعة ما أدخلته ثم المحاولة مرة أخرى."),
        details: ["field": "page", "errors": []])

    public static let resourceNotFound = ErrorDefinition(
        "RESOURCE_NOT_FOUND", status: 404,
        title: .init(en: "Resource not found", ar: "المورد غير موجود"),
        message: .init(
            en: .text("The requested resource does not exist ({resource})", otherwise: "The requested resource does not exist"),
            ar: .text("المورد المطلوب غير موجود ({resource})", otherwise: "المورد المطلوب غير موجود")),
        userMessage: .init(en: "We could not find what you were looking for.", ar: "لم نعثر على ما تبحث عنه."),
        details: ["resource": "/listings/7"])

    public static let methodNotAllowed = ErrorDefinition(
        "METHOD_NOT_ALLOWED", status: 405,
        title: .init(en: "Method not allowed", ar: "طريقة الطلب غير مسموح بها"),
        message: .init(
            en: .text("The method {method} is not allowed here", otherwise: "This method is not allowed here"),
            ar: .text("طريقة الطلب {method} غير مسموح بها هنا", otherwise: "طريقة الطلب هذه غير مسموح بها هنا")),
        userMessage: .init(en: "This action is not available here.", ar: "هذا الإجراء غير متاح هنا."),
        details: ["method": "PATCH", "allowed": ["GET", "POST"]])

    public static let unsupportedMediaType = ErrorDefinition(
        "UNSUPPORTED_MEDIA_TYPE", status: 415,
        title: .init(en: "Unsupported media type", ar: "نوع المحتوى غير مدعوم"),
        message: .init(
            en: .text("The content type {content_type} is not supported", otherwise: "The content type is not supported"),
            ar: .text("نوع المحتوى {content_type} غير مدعوم", otherwise: "نوع محتوى الطلب غير مدعوم")),
        userMessage: .init(
            en: "We cannot read this kind of content. Please send it in another format.",
            ar: "لا يمكننا قراءة هذا النوع من المحتوى. يُرجى إرساله بصيغة أخرى."),
        details: ["content_type": "text/plain", "supported": ["application/json"]])

    /// The client took too long to send its request (RFC 9110 §15.5.9).
    ///
    /// The same request may be sent again, over a new connection.
    public static let requestTimeout = ErrorDefinition(
        "REQUEST_TIMEOUT", status: 408,
        title: .init(en: "Request timeout", ar: "انتهت مهلة الطلب"),
        message: .init(en: "The request did not arrive in time", ar: "لم يصل الطلب خلال المهلة المحددة"),
        userMessage: .init(
            en: "Your connection is too slow or was interrupted. Please try again.",
            ar: "اتصالك بطيء جدًا أو انقطع. يُرجى المحاولة مرة أخرى."),
        retry: .later)
}
