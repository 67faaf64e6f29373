/// The fixed words of an ``ErrorPage`` in one language.
struct ErrorPageWords {
    let language: Language
    let languageName: String
    let allErrors, indexTitle, indexNote: String
    let code, status, title, retry, later, never: String
    let messages, holes, forUser, forDevelopers: String
    let adviceLater, adviceNever, adviceSignIn, adviceOurFault: String
    let details, detailsNote, noDetails, field, kind: String
    let example, exampleNote, support: String
    let kinds: [DetailKind: String]

    var attributes: [(String, String)] { language.htmlAttributes }

    func name(of kind: DetailKind) -> String { kinds[kind] ?? "" }

    func retryWord(for definition: ErrorDefinition) -> String { definition.isRetryable ? later : never }

    func advice(for definition: ErrorDefinition) -> String {
        if definition.isRetryable { return adviceLater }
        return switch definition.renderedStatus {
        case 401: adviceSignIn
        case 500...: adviceOurFault
        default: adviceNever
        }
    }

    private static let english = ErrorPageWords(
        language: .english, languageName: "English", allErrors: "All errors", indexTitle: "Errors of this service",
        indexNote: "Every error answer carries one of these codes. A code never changes its meaning: let programs rely on the code, "
            + "not on the words.",
        code: "Code", status: "Status", title: "Meaning", retry: "Retry", later: "later", never: "never",
        messages: "Messages", holes: "A value takes the place of each name in braces.",
        forUser: "What the user sees", forDevelopers: "What developers see",
        adviceLater: "The same request may succeed later. Wait for the number of seconds in the `Retry-After` header, which is also in "
            + "`details.retry_after_seconds`. Where there is none, try again after growing, randomly varied pauses.",
        adviceNever: "Do not send the same request again unchanged: it would fail again. Correct it first.",
        adviceSignIn: "Obtain new credentials first, then send the request again.",
        adviceOurFault: "Do not repeat the request automatically: the fault is in the service. If it persists, report it.",
        details: "Details", detailsNote: "A field appears where its value is known.", noDetails: "This error carries no details.",
        field: "Field", kind: "Type",
        example: "Example", exampleNote: "An answer with sample values:",
        support: "When you report a problem, quote the `request_id` of the answer.",
        kinds: [
            .text: "text", .integer: "whole number", .seconds: "whole number of seconds", .decimal: "decimal number",
            .boolean: "true or false", .list: "list",
            .object: "object", .any: "any value",
            .fieldErrors: "list of field errors, each with `pointer`, `code`, `message` and `message_ar`",
        ])

    private static let arabic = ErrorPageWords(
        language: .arabic, languageName: "العربية", allErrors: "جميع الأخطاء", indexTitle: "أخطاء هذه الخدمة",
        indexNote: "تحمل كل استجابة خطأ أحد هذه الرموز. لا يتغيّر معنى الرمز أبدًا، فلتعتمد البرامج على الرمز لا على نص الرسالة.",
        code: "الرمز", status: "الحالة", title: "المعنى", retry: "إعادة المحاولة", later: "لاحقًا", never: "لا جدوى منها",
        messages: "الرسائل", holes: "تحلّ قيمة فعلية محلّ كل اسم مكتوب بين القوسين `{ }`.",
        forUser: "ما يراه المستخدم", forDevelopers: "ما يراه المطوّرون",
        adviceLater: "قد ينجح الطلب نفسه لاحقًا. انتظر عدد الثواني المذكور في الترويسة `Retry-After`، وهو نفسه المذكور في "
            + "`details.retry_after_seconds`. وإذا لم يُذكر أي عدد، فأعد المحاولة على فترات متزايدة ومتفاوتة عشوائيًا.",
        adviceNever: "لا تُعِد إرسال الطلب نفسه دون تغيير، لأنه سيفشل مرة أخرى. صحّحه أولًا.",
        adviceSignIn: "احصل على بيانات اعتماد جديدة أولًا، ثم أعد إرسال الطلب.",
        adviceOurFault: "لا تُعِد إرسال الطلب تلقائيًا، لأن الخلل في الخدمة نفسها. وإذا استمر الخلل، فأبلغ فريق الدعم.",
        details: "التفاصيل", detailsNote: "لا يظهر الحقل إلا إذا كانت قيمته معروفة.", noDetails: "لا يحمل هذا الخطأ أي تفاصيل.",
        field: "الحقل", kind: "النوع",
        example: "مثال", exampleNote: "استجابة بقيم توضيحية:",
        support: "عند الإبلاغ عن مشكلة، اذكر معرّف الطلب `request_id` الوارد في الاستجابة.",
        kinds: [
            .text: "نص", .integer: "عدد صحيح", .seconds: "عدد صحيح من الثواني", .decimal: "عدد عشري",
            .boolean: "قيمة منطقية (`true` أو `false`)", .list: "قائمة",
            .object: "كائن", .any: "أي قيمة",
            .fieldErrors: "قائمة بأخطاء الحقول، ولكل خطأ `pointer` و`code` و`message` و`message_ar`",
        ])
}

extension ErrorPageWords {
    /// The words of `language`, or the English ones.
    init(_ language: Language) {
        self = language == .arabic ? .arabic : .english
    }
}
