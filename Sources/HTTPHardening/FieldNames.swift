// swift-format-ignore-file: NeverForceUnwrap

// Every name below is a literal token, checked by a test that touches each of them.
public import HTTPTypes

extension HTTPField.Name {
    public static let xRequestID = Self("X-Request-Id")!
    public static let xForwardedFor = Self("X-Forwarded-For")!
    public static let xForwardedProto = Self("X-Forwarded-Proto")!
    public static let forwarded = Self("Forwarded")!

    public static let xFrameOptions = Self("X-Frame-Options")!
    public static let xXSSProtection = Self("X-XSS-Protection")!
    public static let xPoweredBy = Self("X-Powered-By")!
    public static let referrerPolicy = Self("Referrer-Policy")!
    public static let permissionsPolicy = Self("Permissions-Policy")!
    public static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!

    public static let secFetchSite = Self("Sec-Fetch-Site")!
    public static let xCSRFToken = Self("X-CSRF-Token")!

    public static let xRateLimitLimit = Self("X-RateLimit-Limit")!
    public static let xRateLimitRemaining = Self("X-RateLimit-Remaining")!
    public static let xRateLimitReset = Self("X-RateLimit-Reset")!
    public static let xRateLimitLimitMinute = Self("X-RateLimit-Limit-Minute")!
    public static let xRateLimitRemainingMinute = Self("X-RateLimit-Remaining-Minute")!
    public static let xRateLimitLimitHour = Self("X-RateLimit-Limit-Hour")!
    public static let xRateLimitRemainingHour = Self("X-RateLimit-Remaining-Hour")!
    public static let rateLimit = Self("RateLimit")!
    public static let rateLimitLimit = Self("RateLimit-Limit")!
    public static let rateLimitRemaining = Self("RateLimit-Remaining")!
    public static let rateLimitReset = Self("RateLimit-Reset")!
    public static let rateLimitPolicy = Self("RateLimit-Policy")!
}
