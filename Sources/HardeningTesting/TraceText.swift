import HardeningCore
import RateLimit

/// Why a trace cannot be read, and where.
public struct RateLimitTraceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1; columns in characters.
    public let line: Int
    public let column: Int
    public let message: String

    public var description: String { "line \(line), column \(column): \(message)" }
}

extension RateLimitTrace: CustomStringConvertible {
    /// The policies, then the steps, a line each.
    public var description: String {
        (policies.map { "policy \($0.name) " + $0.windows.map(TraceText.window).joined(separator: " ") }
            + steps.map { TraceText.step($0, policies) }).joined(separator: "\n")
    }

    /// Reads what ``description`` writes.
    ///
    /// One space between words and nothing else; policies come first; empty lines are skipped.
    ///
    /// - Throws: ``RateLimitTraceError`` with the line and column of the first thing that is wrong.
    public init(parsing text: String) throws(RateLimitTraceError) {
        self.init(policies: [], steps: [])
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            var reader = TraceText.Reader(line: index + 1, text: line)
            let (verb, column) = try reader.word("a step")
            if verb == "policy" {
                guard steps.isEmpty else { throw reader.error(column, "Policies come before steps.") }
                policies.append(try reader.policy(policies))
            } else {
                steps.append(try reader.step(verb, column, policies))
            }
            try reader.end()
        }
    }
}

/// The words of a trace's textual form.
enum TraceText {
    static func window(_ window: RateLimitWindow) -> String { "\(window.limit)/\(DurationText.written(window.length))" }

    static func step(_ step: RateLimitTrace.Step, _ policies: [RateLimitPolicy]) -> String {
        func name(_ policy: Int) -> String { policies.indices.contains(policy) ? policies[policy].name : "?" }
        func list(_ targets: [RateLimitTrace.Target]) -> String { targets.map { " \(name($0.policy))/\($0.client)" }.joined() }
        return switch step {
        case .admit(0, let targets): "peek" + list(targets)
        case .admit(let cost, let targets): "admit \(cost)" + list(targets)
        case .refund(let cost, let targets): "refund \(cost)" + list(targets)
        case .reserve(let label, let cost, let targets): "reserve #\(label) \(cost)" + list(targets)
        case .commit(let label, let actual): "commit #\(label) \(actual)"
        case .cancel(let label): "cancel #\(label)"
        case .advance(let time): "advance \(DurationText.written(time))"
        case .stepWallClock(let time): "wall \(DurationText.written(time))"
        case .stepMonotonicClock(let time): "monotonic \(DurationText.written(time))"
        case .limits(let policy, let limits): "limits \(name(policy)) \(limits.map(String.init).joined(separator: " "))"
        }
    }

    /// Reads one line, word by word.
    struct Reader {
        let line: Int
        let text: Substring
        private var rest: Substring
        private var column = 1

        init(line: Int, text: Substring) {
            self.line = line
            self.text = text
            rest = text
        }

        func error(_ column: Int, _ message: String) -> RateLimitTraceError {
            RateLimitTraceError(line: line, column: column, message: message)
        }

        mutating func word(_ wanted: String) throws(RateLimitTraceError) -> (word: Substring, column: Int) {
            let word = rest.prefix { $0 != " " }
            guard !word.isEmpty else { throw error(column, "Expected \(wanted).") }
            let start = column
            rest = rest.dropFirst(word.count)
            column += word.count
            if rest.first == " " {
                rest = rest.dropFirst()
                column += 1
                if rest.isEmpty { throw error(column, "The line ends in a space.") }
            }
            return (word, start)
        }

        func end() throws(RateLimitTraceError) {
            if !rest.isEmpty { throw error(column, "Expected the end of the line.") }
        }

        mutating func policy(_ known: [RateLimitPolicy]) throws(RateLimitTraceError) -> RateLimitPolicy {
            let (name, column) = try name()
            if known.contains(where: { $0.name == name }) { throw error(column, "The policy occurs twice.") }
            var windows: [RateLimitWindow] = []
            repeat {
                let (word, column) = try word("a window such as 3/1min")
                let parts = word.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.count == 2 else { throw error(column, "Expected a window such as 3/1min.") }
                let length = try duration(parts[1], column + parts[0].count + 1)
                windows.append(.slidingWindow(try number(parts[0], column), per: .nanoseconds(length)))
            } while !rest.isEmpty
            do { return try RateLimitPolicy(name, windows) } catch { throw self.error(column, error.description) }
        }

        mutating func step(_ verb: Substring, _ column: Int, _ policies: [RateLimitPolicy]) throws(RateLimitTraceError)
            -> RateLimitTrace.Step
        {
            switch verb {
            case "peek": return .peek(try targets(policies))
            case "admit": return .admit(cost: try number("a cost"), try targets(policies))
            case "refund": return .refund(cost: try number("a cost"), try targets(policies))
            case "reserve": return .reserve(label: try label(), cost: try number("a cost"), try targets(policies))
            case "commit": return .commit(label: try label(), actual: try number("a cost"))
            case "cancel": return .cancel(label: try label())
            case "advance":
                let (word, column) = try word("a duration")
                let length = try duration(word, column)
                guard length >= 0 else { throw error(column, "Time advances by nothing or more.") }
                return .advance(.nanoseconds(length))
            case "wall": return .stepWallClock(.nanoseconds(try duration()))
            case "monotonic": return .stepMonotonicClock(.nanoseconds(try duration()))
            case "limits":
                let (name, column) = try word("a policy")
                let policy = try index(name, column, policies)
                var limits: [Int] = []
                repeat {
                    let (word, column) = try word("a limit")
                    let limit = try number(word, column)
                    guard (0...RateLimitPolicy.maximumLimit).contains(limit) else { throw error(column, "No policy allows this limit.") }
                    limits.append(limit)
                } while !rest.isEmpty
                guard limits.count == policies[policy].windows.count else { throw error(column, "Expected a limit for each window.") }
                return .limits(policy: policy, limits)
            default: throw error(column, "Unknown step “\(verb)”.")
            }
        }

        private mutating func targets(_ policies: [RateLimitPolicy]) throws(RateLimitTraceError) -> [RateLimitTrace.Target] {
            var targets: [RateLimitTrace.Target] = []
            while !rest.isEmpty {
                let (word, column) = try word("a policy and a client such as chat/ann")
                let parts = word.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.count == 2, Self.isName(parts[1]) else { throw error(column, "Expected a policy and a client.") }
                targets.append(RateLimitTrace.Target(policy: try index(parts[0], column, policies), client: String(parts[1])))
            }
            return targets
        }

        private func index(_ name: Substring, _ column: Int, _ policies: [RateLimitPolicy]) throws(RateLimitTraceError) -> Int {
            guard let index = policies.firstIndex(where: { $0.name == name }) else { throw error(column, "No policy “\(name)”.") }
            return index
        }

        private mutating func name() throws(RateLimitTraceError) -> (name: String, column: Int) {
            let (word, column) = try word("a name")
            guard Self.isName(word) else { throw error(column, "A name is letters, digits, - and _.") }
            return (String(word), column)
        }

        private static func isName(_ word: Substring) -> Bool {
            !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }

        private mutating func label() throws(RateLimitTraceError) -> Int {
            let (word, column) = try word("a label such as #1")
            guard word.first == "#" else { throw error(column, "Expected a label such as #1.") }
            return try number(word.dropFirst(), column + 1)
        }

        private mutating func number(_ wanted: String) throws(RateLimitTraceError) -> Int {
            let (word, column) = try word(wanted)
            return try number(word, column)
        }

        private func number(_ word: Substring, _ column: Int) throws(RateLimitTraceError) -> Int {
            guard let number = Int(word), String(number) == word else { throw error(column, "Expected a number.") }
            return number
        }

        private mutating func duration() throws(RateLimitTraceError) -> Int64 {
            let (word, column) = try word("a duration")
            return try duration(word, column)
        }

        private func duration(_ word: Substring, _ column: Int) throws(RateLimitTraceError) -> Int64 {
            let digits = word.prefix { $0.isNumber || $0 == "-" }
            guard let unit = DurationText.nanoseconds(in: word.dropFirst(digits.count)) else {
                throw error(column + digits.count, "Expected a unit: d, h, min, s, ms, us or ns.")
            }
            let (length, overflow) = Int64(try number(digits, column)).multipliedReportingOverflow(by: unit)
            if overflow { throw error(column, "The duration is too long.") }
            return length
        }
    }
}
