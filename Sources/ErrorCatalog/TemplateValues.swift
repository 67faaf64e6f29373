/// What the holes of a template may be filled with while one error is rendered.
struct TemplateValues {
    let parameters: DetailFields
    let details: DetailFields
    let retryAfterSeconds: Int?
    let errorCount: Int?

    init(_ parameters: DetailFields) {
        self.parameters = parameters
        details = [:]
        retryAfterSeconds = parameters[WaitUnit.seconds.parameterName]?.wholeNumber
        errorCount = nil
    }

    /// - Parameter definition: the one that answers, which a catalogue may have replaced.
    init(_ error: CatalogError, as definition: ErrorDefinition) {
        parameters = error.parameters
        details = error.details
        retryAfterSeconds = error.retryAfterSeconds(for: definition)
        errorCount = error.fieldErrors.isEmpty ? nil : error.fieldErrors.count
    }

    subscript(placeholder: Placeholder) -> DetailValue? {
        switch placeholder {
        case .named(let name): parameters[name] ?? details[name]
        case .errorCount: errorCount.map(DetailValue.int)
        case .wait(let unit): retryAfterSeconds.map { .int(unit.count(of: $0)) }
        }
    }
}
