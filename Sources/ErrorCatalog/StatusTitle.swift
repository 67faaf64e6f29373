/// The title of a definition that brings none: what its HTTP status says, in both languages.
enum StatusTitle {
    static func text(for status: Int) -> LocalizedText {
        switch status {
        case 400: .init(en: "Bad request", ar: "طلب غير صالح")
        case 401: .init(en: "Authentication required", ar: "المصادقة مطلوبة")
        case 402: .init(en: "Payment required", ar: "الدفع مطلوب")
        case 403: .init(en: "Access denied", ar: "الوصول مرفوض")
        case 404: .init(en: "Not found", ar: "غير موجود")
        case 405: .init(en: "Method not allowed", ar: "طريقة الطلب غير مسموح بها")
        case 406: .init(en: "Not acceptable", ar: "لا توجد صيغة مقبولة")
        case 408: .init(en: "Request timed out", ar: "انتهت مهلة الطلب")
        case 409: .init(en: "Conflict", ar: "تعارض مع الحالة الحالية")
        case 410: .init(en: "No longer available", ar: "لم يعد متاحًا")
        case 412: .init(en: "Precondition failed", ar: "لم يتحقق الشرط المسبق")
        case 413: .init(en: "Request too large", ar: "حجم الطلب كبير جدًا")
        case 415: .init(en: "Unsupported media type", ar: "نوع المحتوى غير مدعوم")
        case 422: .init(en: "Validation failed", ar: "بيانات غير صالحة")
        case 423: .init(en: "Locked", ar: "مقفل")
        case 429: .init(en: "Too many requests", ar: "عدد كبير جدًا من الطلبات")
        case 500: .init(en: "Internal error", ar: "خطأ داخلي")
        case 501: .init(en: "Not implemented", ar: "غير مدعوم")
        case 502: .init(en: "Bad gateway", ar: "رد غير صالح من خدمة خارجية")
        case 503: .init(en: "Service unavailable", ar: "الخدمة غير متاحة")
        case 504: .init(en: "Gateway timed out", ar: "انتهت مهلة انتظار خدمة خارجية")
        case ..<500: .init(en: "Request failed", ar: "تعذّر قبول الطلب")
        default: .init(en: "Server error", ar: "خطأ في الخادم")
        }
    }
}
