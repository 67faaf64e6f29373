/// Why time zone data was refused.
public struct TimeZoneDataError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name for tests and metrics.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Not a TZif file, or one of version 1, which ends in 2037.
        public static let format = Code(rawValue: "ZONE_FORMAT")
        /// Shorter than its header says, or larger than 64 KiB.
        public static let size = Code(rawValue: "ZONE_SIZE")
        /// Transitions out of order, a type that does not exist, or an offset beyond ±26 hours.
        public static let inconsistent = Code(rawValue: "ZONE_INCONSISTENT")
        /// Leap seconds: the `right/` files, which are not POSIX time.
        public static let leapSeconds = Code(rawValue: "ZONE_LEAP_SECONDS")
        /// A footer that is not a POSIX TZ string.
        public static let footer = Code(rawValue: "ZONE_FOOTER")
    }

    public let code: Code
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
