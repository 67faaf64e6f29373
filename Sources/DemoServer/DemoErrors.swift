import ErrorCatalog
import HTTPHardening

/// The kinds of error this server has beyond the catalogue.
extension ErrorDefinition {
    static let emailTaken = ErrorDefinition(
        "EMAIL_TAKEN", status: 409,
        title: .init(en: "E-mail address already registered", ar: "عنوان البريد الإلكتروني مسجَّل من قبل"),
        message: .init(
            en: "An account with this e-mail address exists already", ar: "يوجد حساب مسجَّل بعنوان البريد الإلكتروني هذا"),
        userMessage: .init(
            en: "This e-mail address is already registered. Please sign in instead.",
            ar: "عنوان البريد الإلكتروني هذا مسجَّل من قبل. يُرجى تسجيل الدخول."))

    static let tooManyAPIKeys = ErrorDefinition(
        "TOO_MANY_API_KEYS", status: 409,
        title: .init(en: "Too many API keys", ar: "عدد كبير جدًا من مفاتيح الواجهة البرمجية"),
        message: .init(en: "The account holds as many API keys as it may", ar: "بلغ الحساب الحد الأقصى لعدد مفاتيح الواجهة البرمجية"),
        userMessage: .init(
            en: "You have as many API keys as you may. Please delete one first.",
            ar: "لقد بلغت الحد الأقصى لعدد مفاتيح الواجهة البرمجية. يُرجى حذف أحدها أولًا."))

    static let apiKeyAlreadyRotated = ErrorDefinition(
        "API_KEY_ALREADY_ROTATED", status: 409,
        title: .init(en: "API key already replaced", ar: "استُبدل مفتاح الواجهة البرمجية من قبل"),
        message: .init(en: "The API key has a successor already", ar: "استُبدل مفتاح الواجهة البرمجية هذا بمفتاح أحدث"),
        userMessage: .init(
            en: "This API key has been replaced already. Please rotate the newest one.",
            ar: "استُبدل مفتاح الواجهة البرمجية هذا من قبل. يُرجى استبدال أحدث مفتاح بدلًا منه."))
}

extension Catalog {
    /// The built-in kinds and the server's own.
    ///
    /// A test holds the codes to be unique and well-formed; a catalogue without the server's own answers with them all the same.
    static let demo = (try? standard.adding([.emailTaken, .tooManyAPIKeys, .apiKeyAlreadyRotated])) ?? .standard
}

extension ErrorResponder {
    static let demo = ErrorResponder(renderer: ErrorRenderer(catalog: .demo))
}
