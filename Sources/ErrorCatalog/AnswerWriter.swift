import HardeningCore

/// Writes one answer from left to right; the three body shapes share its pieces.
struct AnswerWriter: ~Copyable {
    /// Longest request id written, in bytes.
    static let maximumRequestIDBytes = 128

    let definition: ErrorDefinition
    let language: Language
    let format: TextFormat
    let values: TemplateValues
    let fieldErrors: [FieldError]
    var buffer: JSONBuffer
    /// Where the user message in ``language`` stands already: RFC 9457's `detail` is one of ours.
    private var detailRange = 0..<0

    init(error: CatalogError, definition: ErrorDefinition, language: Language, format: TextFormat) {
        self.definition = definition
        self.language = language
        self.format = format
        values = TemplateValues(error, as: definition)
        fieldErrors = error.fieldErrors
        buffer = JSONBuffer(capacity: 1280 + error.fieldErrors.count * 256)
    }

    /// `{"type":…,"title":…,"status":…,"detail":…,"instance":…` (RFC 9457, section 3.1).
    mutating func writeProblemMembers(typePrefix: [UInt8], requestID: String) {
        buffer.append(typePrefix)
        buffer.append(definition.escaped.code)
        buffer.append("\",\"title\":\"")
        buffer.append(definition.escaped.title(in: language))
        buffer.append("\",\"status\":")
        buffer.append(number: definition.renderedStatus)
        buffer.append(",\"detail\":\"")
        let start = buffer.count
        write(definition.userMessage, in: language)
        detailRange = start..<buffer.count
        buffer.append("\",\"instance\":\"urn:request:")
        buffer.appendURNComponent(requestID, limit: Self.maximumRequestIDBytes)
        buffer.append("\"")
    }

    /// The eight house fields, always all eight, and the closing brace.
    mutating func writeHouseFields(first: StaticString, requestID: String, timestamp: Timestamp) {
        buffer.append(first)
        buffer.append(definition.escaped.code)
        buffer.append("\",\"message\":\"")
        buffer.write(definition.message.english, values, language: .english, as: format)
        buffer.append("\",\"message_ar\":\"")
        buffer.write(definition.message.arabic, values, language: .arabic, as: format)
        buffer.append("\",\"user_message\":\"")
        writeUserMessage(definition.userMessage.english, in: .english)
        buffer.append("\",\"user_message_ar\":\"")
        writeUserMessage(definition.userMessage.arabic, in: .arabic)
        buffer.append("\",\"details\":")
        writeDetails()
        buffer.append(",\"timestamp\":\"")
        buffer.append(timestamp)
        buffer.append("\",\"request_id\":")
        buffer.writeString(requestID, limit: Self.maximumRequestIDBytes)
        buffer.append("}")
    }

    /// `{error, message, details, status_code}`.
    mutating func writeLegacy() {
        buffer.append("{\"error\":\"")
        buffer.append(definition.escaped.code)
        buffer.append("\",\"message\":\"")
        write(definition.message, in: language)
        buffer.append("\",\"details\":")
        writeDetails()
        buffer.append(",\"status_code\":")
        buffer.append(number: definition.renderedStatus)
        buffer.append("}")
    }

    private mutating func writeUserMessage(_ template: MessageTemplate, in language: Language) {
        if !detailRange.isEmpty, language == self.language { return buffer.repeatBytes(at: detailRange) }
        buffer.write(template, values, language: language, as: format)
    }

    private mutating func write(_ text: LocalizedText, in language: Language) {
        buffer.write(text[language] ?? text.english, values, language: language, as: format)
    }

    /// The allow-listed values in the definition's order, then the wait where there is one.
    private mutating func writeDetails() {
        buffer.append("{")
        var isFirst = true
        var hasWait = false
        for (name, escapedName) in zip(definition.detailNames, definition.escaped.detailNames) {
            if name == "errors", !fieldErrors.isEmpty {
                separate(&isFirst)
                buffer.append(escapedName)
                writeFieldErrors()
            } else if name == WaitUnit.seconds.parameterName {
                guard let seconds = values.retryAfterSeconds else { continue }
                separate(&isFirst)
                buffer.append(escapedName)
                buffer.append(number: seconds)
                hasWait = true
            } else if let value = values.details[name] ?? values.parameters[name], buffer.remainingValues > 0 {
                separate(&isFirst)
                buffer.append(escapedName)
                buffer.write(value)
            }
        }
        if let seconds = values.retryAfterSeconds, !hasWait {
            separate(&isFirst)
            buffer.append("\"retry_after_seconds\":")
            buffer.append(number: seconds)
        }
        buffer.append("}")
    }

    private mutating func writeFieldErrors() {
        buffer.append("[")
        var isFirst = true
        for fieldError in fieldErrors {
            separate(&isFirst)
            buffer.append("{\"pointer\":")
            buffer.writeString(fieldError.pointer.description, limit: JSONBuffer.maximumParameterBytes)
            buffer.append(",\"code\":\"")
            buffer.append(fieldError.rule.escapedCode)
            let values = TemplateValues(fieldError.rule.parameters)
            buffer.append("\",\"message\":\"")
            buffer.write(fieldError.rule.message.english, values, language: .english, as: format)
            buffer.append("\",\"message_ar\":\"")
            buffer.write(fieldError.rule.message.arabic, values, language: .arabic, as: format)
            buffer.append("\"}")
        }
        buffer.append("]")
    }

    private mutating func separate(_ isFirst: inout Bool) {
        if !isFirst { buffer.append(",") }
        isFirst = false
    }
}
