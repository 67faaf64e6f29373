import HTTPTypes

/// The fields of the drafts.
///
/// Values are joined from numbers and policy names, which hold no quote or
/// backslash by construction, so nothing needs escaping.
enum RateLimitDraftFields {
    /// One window as the drafts need it.
    struct Item {
        let name: String
        let limit: Int
        let windowSeconds: Int64
        let remaining: Int
        let resetSeconds: Int64
    }

    static func apply(_ items: [Item], binding: Item, dialect: RateLimitDialect, to fields: inout HTTPFields) {
        switch dialect {
        case .draft11:
            append(items.map { "\"\($0.name)\";r=\($0.remaining);t=\($0.resetSeconds)" }, to: .rateLimit, of: &fields)
            append(items.map { "\"\($0.name)\";q=\($0.limit);w=\($0.windowSeconds)" }, to: .rateLimitPolicy, of: &fields)
        case .draft7:
            if isTighter(binding, than: fields[.rateLimit]) {
                fields[.rateLimit] = "limit=\(binding.limit), remaining=\(binding.remaining), reset=\(binding.resetSeconds)"
            }
            append(items.map { "\($0.limit);w=\($0.windowSeconds)" }, to: .rateLimitPolicy, of: &fields)
        default:
            if RateLimitFields.isTighter(binding.remaining, than: fields[.rateLimitRemaining]) {
                fields[.rateLimitLimit] = String(binding.limit)
                fields[.rateLimitRemaining] = String(binding.remaining)
                fields[.rateLimitReset] = String(binding.resetSeconds)
            }
            append(items.map { "\($0.limit);w=\($0.windowSeconds)" }, to: .rateLimitPolicy, of: &fields)
        }
    }

    /// Adds to a list that an earlier decision of the same answer began.
    private static func append(_ values: [String], to name: HTTPField.Name, of fields: inout HTTPFields) {
        let joined = values.joined(separator: ", ")
        fields[name] = fields[name].map { "\($0), \(joined)" } ?? joined
    }

    private static func isTighter(_ binding: Item, than sent: String?) -> Bool {
        let parameters = (sent ?? "").split(separator: ",").map { $0.trimmingOptionalWhitespace() }
        let remaining = parameters.first { $0.hasPrefix("remaining=") }?.dropFirst("remaining=".count)
        return RateLimitFields.isTighter(binding.remaining, than: remaining)
    }
}
