/// The JSON type of a field of `details`, as documentation tells it.
enum DetailKind: Sendable, Hashable, CaseIterable {
    case text, integer, decimal, boolean, list, object
    /// `retry_after_seconds`: a whole number that is not negative.
    case seconds
    /// `errors` of a validation: see ``FieldError``.
    case fieldErrors
    /// The definition names the field and gives no example of it.
    case any

    init(of value: DetailValue) {
        self =
            switch value {
            case .string: .text
            case .int: .integer
            case .decimal: .decimal
            case .bool: .boolean
            case .array: .list
            case .object: .object
            }
    }
}

extension ErrorDefinition {
    /// Every field that `details` of this error may hold, with its type: the allow-listed ones, and
    /// the wait where the error may be retried.
    var documentedDetails: [(name: String, kind: DetailKind)] {
        let wait = WaitUnit.seconds.parameterName
        let names = isRetryable && !detailNames.contains(wait) ? detailNames + [wait] : detailNames
        return names.map { name in
            switch name {
            case "errors": (name, .fieldErrors)
            case wait: (name, .seconds)
            default: (name, detailExamples[name].map(DetailKind.init(of:)) ?? .any)
            }
        }
    }
}
