/// What fills a hole of a template: a parameter by name, or a value the error itself knows.
///
/// The five names that the error knows are recognised when a template is parsed, so that rendering
/// compares no strings for them.
enum Placeholder: Sendable, Hashable {
    case named(String)
    /// `{error_count}`: how many field errors there are.
    case errorCount
    /// `{retry_after_seconds}` and its larger units, each rounded up, so that nobody is told to come too early.
    case wait(WaitUnit)

    init(_ name: String) {
        if name == "error_count" {
            self = .errorCount
        } else if let unit = WaitUnit.allCases.first(where: { $0.parameterName == name }) {
            self = .wait(unit)
        } else {
            self = .named(name)
        }
    }

    var name: String {
        switch self {
        case .named(let name): name
        case .errorCount: "error_count"
        case .wait(let unit): unit.parameterName
        }
    }
}
