/// The rules that most requests need.
extension FieldRule {
    /// Every built-in rule once, with sample limits: for the lint and for documentation.
    public static var builtIn: [FieldRule] {
        [
            .required, .empty, .tooShort(min: 8), .tooLong(max: 1000), .tooFew(min: 1), .tooMany(max: 20), .invalidType(expected: "string"),
            .invalidFormat, .invalidEmail, .invalidURL, .invalidUUID, .invalidDate, .hostNotAllowed, .notAllowed(["a", "b"]),
            .tooSmall(min: 1), .tooLarge(max: 100), .outOfRange(min: 1, max: 100), .unknownField, .duplicate, .weakPassword,
            .tooDeep(max: 32),
        ]
    }

    public static let required = FieldRule(
        "REQUIRED", message: .init(en: "This field is required.", ar: "هذا الحقل مطلوب."))

    public static let empty = FieldRule(
        "EMPTY", message: .init(en: "This field must not be empty.", ar: "يجب ألا يكون هذا الحقل فارغًا."))

    /// - Parameter min: fewest characters.
    public static func tooShort(min: Int) -> FieldRule { tooShort.with(["min": .int(min)]) }

    /// - Parameter max: most characters.
    public static func tooLong(max: Int) -> FieldRule { tooLong.with(["max": .int(max)]) }

    /// - Parameter min: fewest items of a list.
    public static func tooFew(min: Int) -> FieldRule { tooFew.with(["min": .int(min)]) }

    /// - Parameter max: most items of a list.
    public static func tooMany(max: Int) -> FieldRule { tooMany.with(["max": .int(max)]) }

    /// - Parameter expected: the JSON type: `string`, `number`, `integer`, `boolean`, `array` or `object`.
    public static func invalidType(expected: String) -> FieldRule { invalidType.with(["expected": .string(expected)]) }

    public static let invalidFormat = FieldRule(
        "INVALID_FORMAT", message: .init(en: "The format is not valid.", ar: "صيغة القيمة غير صحيحة."))

    public static let invalidEmail = FieldRule(
        "INVALID_EMAIL", message: .init(en: "Enter a valid e-mail address.", ar: "أدخل عنوان بريد إلكتروني صحيحًا."))

    public static let invalidURL = FieldRule(
        "INVALID_URL", message: .init(en: "Enter a valid web address.", ar: "أدخل عنوان ويب صحيحًا."))

    public static let invalidUUID = FieldRule(
        "INVALID_UUID", message: .init(en: "Enter a valid identifier.", ar: "أدخل معرّفًا صحيحًا."))

    public static let invalidDate = FieldRule(
        "INVALID_DATE", message: .init(en: "Enter a valid date.", ar: "أدخل تاريخًا صحيحًا."))

    public static let hostNotAllowed = FieldRule(
        "HOST_NOT_ALLOWED",
        message: .init(en: "Addresses of this website are not accepted.", ar: "لا تُقبل عناوين هذا الموقع."))

    /// - Parameter values: what is allowed; at most ten are told.
    public static func notAllowed(_ values: [String] = []) -> FieldRule {
        values.isEmpty ? notAllowed : notAllowed.with(["allowed": .array(values.map(DetailValue.string))])
    }

    public static func tooSmall(min: Int) -> FieldRule { tooSmall.with(["min": .int(min)]) }
    public static func tooSmall(min: ExactDecimal) -> FieldRule { tooSmall.with(["min": .decimal(min)]) }
    public static func tooLarge(max: Int) -> FieldRule { tooLarge.with(["max": .int(max)]) }
    public static func tooLarge(max: ExactDecimal) -> FieldRule { tooLarge.with(["max": .decimal(max)]) }

    public static func outOfRange(min: Int, max: Int) -> FieldRule { outOfRange.with(["min": .int(min), "max": .int(max)]) }
    public static func outOfRange(min: ExactDecimal, max: ExactDecimal) -> FieldRule {
        outOfRange.with(["min": .decimal(min), "max": .decimal(max)])
    }

    public static let unknownField = FieldRule(
        "UNKNOWN_FIELD", message: .init(en: "This field is not known.", ar: "هذا الحقل غير معروف."))

    public static let duplicate = FieldRule(
        "DUPLICATE", message: .init(en: "This value is already in use.", ar: "هذه القيمة مستخدمة من قبل."))

    public static let weakPassword = FieldRule(
        "WEAK_PASSWORD",
        message: .init(en: "Choose a password that is harder to guess.", ar: "اختر كلمة مرور يصعب تخمينها."))

    /// - Parameter max: most levels of nesting.
    public static func tooDeep(max: Int) -> FieldRule { tooDeep.with(["max": .int(max)]) }
}

/// Rules with limits, parsed once.
extension FieldRule {
    private static let tooShort = FieldRule(
        "TOO_SHORT",
        message: .init(
            en: .plural(
                of: "min",
                PluralTexts(one: "Enter at least {min} character.", other: "Enter at least {min} characters."),
                otherwise: "This text is too short."),
            ar: .plural(
                of: "min",
                PluralTexts(
                    zero: "هذا النص قصير جدًا.", one: "يجب ألا يقل النص عن حرف واحد.", two: "يجب ألا يقل النص عن حرفين.",
                    few: "يجب ألا يقل النص عن {min} أحرف.", many: "يجب ألا يقل النص عن {min} حرفًا.",
                    other: "يجب ألا يقل النص عن {min} حرف."),
                otherwise: "هذا النص قصير جدًا.")))

    private static let tooLong = FieldRule(
        "TOO_LONG",
        message: .init(
            en: .plural(
                of: "max",
                PluralTexts(one: "Enter at most {max} character.", other: "Enter at most {max} characters."),
                otherwise: "This text is too long."),
            ar: .plural(
                of: "max",
                PluralTexts(
                    zero: "يجب أن يبقى النص فارغًا.", one: "يجب ألا يزيد النص على حرف واحد.", two: "يجب ألا يزيد النص على حرفين.",
                    few: "يجب ألا يزيد النص على {max} أحرف.", many: "يجب ألا يزيد النص على {max} حرفًا.",
                    other: "يجب ألا يزيد النص على {max} حرف."),
                otherwise: "هذا النص طويل جدًا.")))

    private static let tooFew = FieldRule(
        "TOO_FEW",
        message: .init(
            en: .plural(
                of: "min",
                PluralTexts(one: "Give at least {min} item.", other: "Give at least {min} items."), otherwise: "There are too few items."),
            ar: .plural(
                of: "min",
                PluralTexts(
                    zero: "عدد العناصر أقل من المطلوب.", one: "أضف عنصرًا واحدًا على الأقل.", two: "أضف عنصرين على الأقل.",
                    few: "أضف {min} عناصر على الأقل.", many: "أضف {min} عنصرًا على الأقل.", other: "أضف {min} عنصر على الأقل."),
                otherwise: "عدد العناصر أقل من المطلوب.")))

    private static let tooMany = FieldRule(
        "TOO_MANY",
        message: .init(
            en: .plural(
                of: "max",
                PluralTexts(one: "Give at most {max} item.", other: "Give at most {max} items."), otherwise: "There are too many items."),
            ar: .plural(
                of: "max",
                PluralTexts(
                    zero: "لا يُسمح بأي عنصر هنا.", one: "لا يُسمح بأكثر من عنصر واحد.", two: "لا يُسمح بأكثر من عنصرين.",
                    few: "لا يُسمح بأكثر من {max} عناصر.", many: "لا يُسمح بأكثر من {max} عنصرًا.",
                    other: "لا يُسمح بأكثر من {max} عنصر."),
                otherwise: "عدد العناصر أكبر من المسموح به.")))

    private static let invalidType = FieldRule(
        "INVALID_TYPE",
        message: .init(
            en: .text("The value must be of type {expected}.", otherwise: "The value has the wrong type."),
            ar: .text("يجب أن تكون القيمة من النوع {expected}.", otherwise: "نوع القيمة غير صحيح.")))

    private static let notAllowed = FieldRule(
        "NOT_ALLOWED",
        message: .init(
            en: .text("Choose one of these values: {allowed}.", otherwise: "This value is not allowed."),
            ar: .text("اختر إحدى القيم الآتية: {allowed}.", otherwise: "هذه القيمة غير مسموح بها.")))

    private static let tooSmall = FieldRule(
        "TOO_SMALL",
        message: .init(
            en: .text("Enter {min} or more.", otherwise: "This value is too small."),
            ar: .text("أدخل قيمة لا تقل عن {min}.", otherwise: "هذه القيمة صغيرة جدًا.")))

    private static let tooLarge = FieldRule(
        "TOO_LARGE",
        message: .init(
            en: .text("Enter {max} or less.", otherwise: "This value is too large."),
            ar: .text("أدخل قيمة لا تزيد على {max}.", otherwise: "هذه القيمة كبيرة جدًا.")))

    private static let outOfRange = FieldRule(
        "OUT_OF_RANGE",
        message: .init(
            en: .text("Enter a value from {min} to {max}.", otherwise: "This value is out of range."),
            ar: .text("أدخل قيمة من {min} إلى {max}.", otherwise: "هذه القيمة خارج النطاق المسموح به.")))

    private static let tooDeep = FieldRule(
        "TOO_DEEP",
        message: .init(
            en: .plural(
                of: "max",
                PluralTexts(
                    one: "The data may be nested at most {max} level deep.", other: "The data may be nested at most {max} levels deep."),
                otherwise: "The data is nested too deeply."),
            ar: .plural(
                of: "max",
                PluralTexts(
                    zero: "لا يُسمح بتداخل البيانات.", one: "لا يُسمح بتداخل البيانات أكثر من مستوى واحد.",
                    two: "لا يُسمح بتداخل البيانات أكثر من مستويين.", few: "لا يُسمح بتداخل البيانات أكثر من {max} مستويات.",
                    many: "لا يُسمح بتداخل البيانات أكثر من {max} مستوى.", other: "لا يُسمح بتداخل البيانات أكثر من {max} مستوى."),
                otherwise: "البيانات متداخلة أكثر مما يُسمح به.")))
}
