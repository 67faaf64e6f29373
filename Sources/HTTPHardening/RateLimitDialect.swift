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
