import HTTPTypes

/// A way of telling a client what is left.
///
/// Several can be sent side by side; each has fields of its own, except that only one of the drafts
/// can own `RateLimit` and `RateLimit-Policy`.
public struct RateLimitDialect: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `X-RateLimit-Limit`, `-Remaining`, `-Reset` of the binding window.
    public static let common = RateLimitDialect(rawValue: 1)
    /// `X-RateLimit-Limit-Minute`, `-Remaining-Minute` and the same for `-Hour`.
    public static let perWindow = RateLimitDialect(rawValue: 2)
    /// `RateLimit-Limit`, `-Remaining`, `-Reset` and `RateLimit-Policy: 100;w=60`
    /// (draft-ietf-httpapi-ratelimit-headers-06).
    public static let draft6 = RateLimitDialect(rawValue: 4)
    /// `RateLimit: limit=100, remaining=50, reset=30` and `RateLimit-Policy: 100;w=60` (the same, -07).
    public static let draft7 = RateLimitDialect(rawValue: 8)
    /// `RateLimit: "burst";r=50;t=30` and `RateLimit-Policy: "burst";q=100;w=60`, one item a window
    /// (the same, -08 to -11; RFC 9651 lists).
    public static let draft11 = RateLimitDialect(rawValue: 16)
}

extension RateLimitDialect {
    /// Whether the newer drafts, which share two field names, are wanted, and which: the newest wins.
    var draft: RateLimitDialect? {
        [.draft11, .draft7, .draft6].first { contains($0) }
    }
}

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
            if fields[.rateLimitRemaining].flatMap({ Int($0) }).map({ binding.remaining < $0 }) ?? true {
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
        guard let remaining = parameters.first(where: { $0.hasPrefix("remaining=") })?.dropFirst("remaining=".count) else { return true }
        return Int(remaining).map { binding.remaining < $0 } ?? true
    }
}
