public import Hummingbird
import Synchronization

/// Header fields noted by an inner layer for the answer, whichever it will be.
///
/// A limiter knows the remaining quota before the handler has decided between an answer and an
/// error; both must carry it. ``ErrorMiddleware`` puts the fields on what comes back.
public final class AnswerFields: Sendable {
    private let fields = Mutex(HTTPFields())
    private let personal = Atomic(false)
    private let code = Mutex<String?>(nil)

    init() {}

    /// Whether the caller was recognised, so that the answer may be meant for nobody else.
    var isPersonal: Bool { personal.load(ordering: .relaxed) }

    /// The catalogue's code, if the answer is an error; for the access log.
    var errorCode: String? { code.withLock { $0 } }

    func note(errorCode: String) { code.withLock { $0 = errorCode } }

    func markPersonal() { personal.store(true, ordering: .relaxed) }

    /// Reads or changes the fields noted so far.
    public func update(_ change: (inout HTTPFields) -> Void) {
        fields.withLock { change(&$0) }
    }

    /// Replaces fields of the same name on `answer`, so that none is sent twice; `Vary` names what either says.
    func apply(to answer: inout HTTPFields) {
        let noted = fields.withLock { $0 }
        for field in noted {
            let isAdded = field.name == .vary && answer.contains(.vary)
            answer[field.name] = isAdded ? Self.union(answer[.vary], field.value) : field.value
        }
    }

    private static func union(_ present: String?, _ added: String) -> String {
        let names = (present.map { "\($0), \(added)" } ?? added).split(separator: ",").map { $0.drop { $0 == " " } }
        var seen: Set<String> = []
        return names.filter { seen.insert($0.lowercased()).inserted }.joined(separator: ", ")
    }
}
