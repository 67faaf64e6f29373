import ErrorCatalog

/// The one kind of error this server has beyond the catalogue.
extension ErrorDefinition {
    static let emailTaken = ErrorDefinition(
        "EMAIL_TAKEN", status: 409,
        title: .init(en: "E-mail address already registered", ar: "عنوان البريد الإلكتروني مسجَّل من قبل"),
        message: .init(
            en: "An account with this e-mail address exists already", ar: "يوجد حساب مسجَّل بعنوان البريد الإلكتروني هذا"),
        userMessage: .init(
            en: "This e-mail address is already registered. Please sign in instead.",
            ar: "عنوان البريد الإلكتروني هذا مسجَّل من قبل. يُرجى تسجيل الدخول."))
}
