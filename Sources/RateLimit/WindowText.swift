import HardeningCore

/// The compact textual form of windows, and its strict parser.
enum WindowText {
    struct Parsed {
        let window: RateLimitWindow
        /// Where its limit and its length begin, in UTF-8 bytes.
        let limitPosition: Int
        let lengthPosition: Int
        /// Where the burst begins, or the limit if there is none.
        let burstPosition: Int
    }

    private static let maximumBytes = 1024

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("week", 604_800_000_000_000), ("day", 86_400_000_000_000), ("hour", 3_600_000_000_000), ("minute", 60_000_000_000),
        ("second", 1_000_000_000),
    ]

    private static let spellings: [String: Int64] = {
        var table: [String: Int64] = ["s": 1_000_000_000, "min": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000]
        for unit in units {
            table[unit.name] = unit.nanoseconds
            table[unit.name + "s"] = unit.nanoseconds
        }
        return table
    }()

    static func parse(_ text: String) throws(RateLimitPolicyError) -> [Parsed] {
        var reader = Reader(bytes: Array(text.utf8.prefix(maximumBytes + 1)))
        guard reader.bytes.count <= maximumBytes else {
            throw RateLimitPolicyError(.syntax, at: maximumBytes, "The text is longer than \(maximumBytes) bytes.")
        }
        var parsed: [Parsed] = []
        repeat {
            parsed.append(try reader.window())
        } while try reader.separator()
        return parsed
    }

    /// Adds to an error about the windows the position of the window it is about.
    static func located(_ error: RateLimitPolicyError, in parsed: [Parsed]) -> RateLimitPolicyError {
        let position: Int? =
            switch error.code {
            case .tooManyWindows:
                parsed.first.flatMap { parsed.dropFirst(WindowRule.maximumCount($0.window.algorithm)).first?.limitPosition }
            case .mixedAlgorithms: parsed.first { $0.window.algorithm != parsed.first?.window.algorithm }?.limitPosition
            case .windowTooShort: parsed.first { $0.window.length <= .zero }?.lengthPosition
            case .windowTooLong: parsed.first { $0.window.length.saturatingNanoseconds > WindowRule.maximumLength }?.lengthPosition
            case .limitTooLarge:
                parsed.first { WindowRule.isLimitTooLarge($0.window) }.map(tooLargePosition)
                    ?? parsed.max { $0.window.length < $1.window.length }?.limitPosition
            case .duplicateWindow:
                parsed.indices.first { later in parsed[..<later].contains { $0.window.length == parsed[later].window.length } }
                    .map { parsed[$0].lengthPosition }
            default: nil
            }
        return RateLimitPolicyError(error.code, at: position, error.description)
    }

    /// A limit of its own makes no burst fit, and with another burst it might have fitted.
    private static func tooLargePosition(_ parsed: Parsed) -> Int {
        parsed.window.limit > Int(UInt32.max) ? parsed.limitPosition : parsed.burstPosition
    }

    static func render(_ window: RateLimitWindow) -> String {
        let rate = render(limit: window.limit, nanoseconds: window.length.saturatingNanoseconds)
        return switch window.algorithm {
        case .slidingWindow: rate
        case .gcra: "\(rate) burst \(window.burst)"
        default: "\(rate) counter"
        }
    }

    private static func render(limit: Int, nanoseconds: Int64) -> String {
        for unit in units where nanoseconds > 0 && nanoseconds % unit.nanoseconds == 0 {
            let count = nanoseconds / unit.nanoseconds
            if count == 1 || unit.name == "second" || (unit.name != "week" && count < 60) {
                return count == 1 ? "\(limit)/\(unit.name)" : "\(limit)/\(count) \(unit.name)s"
            }
        }
        return "\(limit)/\(Duration.nanoseconds(nanoseconds))"
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func window() throws(RateLimitPolicyError) -> Parsed {
            skipSpaces()
            let limitPosition = position
            guard let limit = try number() else { throw unexpected("a limit") }
            skipSpaces()
            guard next == UInt8(ascii: "/") else { throw unexpected("“/”") }
            position += 1
            skipSpaces()
            let lengthPosition = position
            let count = try number() ?? 1
            skipSpaces()
            let unit = try self.unit()
            let (length, overflow) = count.multipliedReportingOverflow(by: unit)
            if overflow { throw RateLimitPolicyError(.windowTooLong, at: lengthPosition, "A window is at most 366 days long.") }
            let (algorithm, burst, burstPosition) = try self.algorithm()
            let window = RateLimitWindow(
                limit: Int(limit), length: .nanoseconds(length), algorithm: algorithm, burst: burst.map { Int($0) })
            return Parsed(
                window: window, limitPosition: limitPosition, lengthPosition: lengthPosition, burstPosition: burstPosition ?? limitPosition)
        }

        /// `counter`, `burst 20`, or nothing.
        private mutating func algorithm() throws(RateLimitPolicyError) -> (RateLimitWindow.Algorithm, Int64?, Int?) {
            skipSpaces()
            let start = position
            let word = letters()
            if word.isEmpty { return (.slidingWindow, nil, nil) }
            if word == "counter" { return (.slidingCounter, nil, nil) }
            guard word == "burst" else {
                position = start
                throw unexpected("“counter”, “burst”, “;” or the end")
            }
            skipSpaces()
            let burstPosition = position
            guard let burst = try number() else { throw unexpected("a burst") }
            return (.gcra, burst, burstPosition)
        }

        private mutating func letters() -> String {
            let start = position
            while let byte = next, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        /// Whether another window follows.
        mutating func separator() throws(RateLimitPolicyError) -> Bool {
            skipSpaces()
            guard let byte = next else { return false }
            guard byte == UInt8(ascii: ";") else { throw unexpected("“;” or the end") }
            position += 1
            return true
        }

        private mutating func number() throws(RateLimitPolicyError) -> Int64? {
            let start = position
            var value: Int64 = 0
            while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                if position > start && value == 0 {
                    throw RateLimitPolicyError(.syntax, at: start, "A number has no leading zeros.")
                }
                value = value.multipliedSaturating(by: 10).addingSaturating(Int64(byte - UInt8(ascii: "0")))
                position += 1
            }
            return position > start ? value : nil
        }

        private mutating func unit() throws(RateLimitPolicyError) -> Int64 {
            let start = position
            guard let unit = WindowText.spellings[letters()] else {
                position = start
                throw unexpected("a unit of time such as second, minute, hour, day or week")
            }
            return unit
        }

        private mutating func skipSpaces() {
            while next == UInt8(ascii: " ") { position += 1 }
        }

        private func unexpected(_ wanted: String) -> RateLimitPolicyError {
            RateLimitPolicyError(.syntax, at: position, next == nil ? "The text ends where \(wanted) was expected." : "Expected \(wanted).")
        }
    }
}
