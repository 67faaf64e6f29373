import CircuitBreaker
import HardeningCore

/// Why a trace cannot be read, and where.
public struct BreakerTraceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1; columns in characters.
    public let line: Int
    public let column: Int
    public let message: String

    public var description: String { "line \(line), column \(column): \(message)" }
}

extension BreakerTrace: CustomStringConvertible {
    /// The steps, a line each.
    public var description: String { lines.map(\.description).joined(separator: "\n") }

    /// Reads what ``description`` writes, and nothing else: there is one way to write each line.
    ///
    /// Empty lines are skipped.
    ///
    /// - Throws: ``BreakerTraceError`` with the line and column of the first thing that is wrong.
    public init(parsing text: String) throws(BreakerTraceError) {
        lines = []
        for (index, text) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !text.isEmpty {
            let (parsed, column) = BreakerTraceText.line(text)
            guard let parsed else {
                let what = column == 1 ? "Unknown step." : "Unknown answer."
                throw BreakerTraceError(line: index + 1, column: column, message: what)
            }
            let canonical = parsed.description
            if canonical != text {
                let agreed = zip(canonical, text).prefix { $0 == $1 }.count
                throw BreakerTraceError(line: index + 1, column: agreed + 1, message: "This is written “\(canonical)”.")
            }
            lines.append(parsed)
        }
    }
}

extension BreakerTrace.Line: CustomStringConvertible {
    public var description: String { step.description + (expected.map { " → \($0)" } ?? "") }
}

extension BreakerTrace.Step: CustomStringConvertible {
    /// `fail a retry-after 10s`.
    public var description: String {
        switch self {
        case .acquire(let call): "acquire \(call)"
        case .succeed(let call): "succeed \(call)"
        case .fail(let call, nil): "fail \(call)"
        case .fail(let call, let wait?): "fail \(call) retry-after \(DurationText.written(wait))"
        case .ignore(let call): "ignore \(call)"
        case .cancel(let call): "cancel \(call)"
        case .drop(let call): "drop \(call)"
        case .advance(let time): "advance \(DurationText.written(time))"
        case .stepWallClock(let time): "step-wall-clock \(DurationText.written(time))"
        case .isolate(nil): "isolate"
        case .isolate(let time?): "isolate \(DurationText.written(time))"
        case .disable: "disable"
        case .measure: "measure"
        case .release: "release"
        case .reset: "reset"
        }
    }
}

extension BreakerTrace.Answer: CustomStringConvertible {
    /// `refused 30s; OPEN 30s`.
    public var description: String {
        let said: String? =
            switch verdict {
            case .done: nil
            case .probe: "probe"
            case .refused(let wait): "refused" + (wait.map { " \(DurationText.written($0))" } ?? "")
            case .late: "late"
            case .skipped: "skipped"
            }
        let wait = wait.map { " \(DurationText.written($0))" } ?? ""
        let ramp = rampPercent.map { " \($0)%" } ?? ""
        return ([said, state.rawValue + wait + ramp].compactMap { $0 } + events.map(\.description)).joined(separator: "; ")
    }
}

extension BreakerTrace.Event: CustomStringConvertible {
    /// `CLOSED→OPEN consecutive_failures alert`.
    public var description: String {
        "\(from.rawValue)→\(to.rawValue) \(cause.code.lowercased())" + (isAlert ? " alert" : "")
    }
}

/// Reads the words of a trace; generously, because what it makes of them must print as the same text.
enum BreakerTraceText {
    private static let causes: [Breaker.Cause] = [
        .consecutiveFailures, .failureShare, .slowShare, .callsOverdue, .openTimeOver, .probeFailed, .probeLost, .recovered, .reset,
        .isolated, .isolationOver, .disabled, .restored, .metricsOnly, .released,
    ]

    private static func duration(_ word: Substring) -> Duration? {
        let digits = word.prefix { $0.isNumber || $0 == "-" }
        guard let unit = DurationText.nanoseconds(in: word.dropFirst(digits.count)), let number = Int64(digits) else { return nil }
        let (nanoseconds, isTooLong) = number.multipliedReportingOverflow(by: unit)
        return isTooLong ? nil : .nanoseconds(nanoseconds)
    }

    /// - Returns: nil and where it goes wrong, when it does.
    static func line(_ text: Substring) -> (line: BreakerTrace.Line?, column: Int) {
        let stepText = text.firstRange(of: " → ").map { text[..<$0.lowerBound] } ?? text
        guard let step = step(stepText) else { return (nil, 1) }
        if stepText.count == text.count { return (BreakerTrace.Line(step), 1) }
        let column = stepText.count + 4
        return (answer(text.dropFirst(column - 1)).map { BreakerTrace.Line(step, expected: $0) }, column)
    }

    private static func step(_ text: Substring) -> BreakerTrace.Step? {
        let words = text.split(separator: " ")
        switch words.count {
        case 1: return operatorStep(words[0])
        case 2: return callStep(words[0], words[1]) ?? timeStep(words[0], words[1])
        case 4 where words[0] == "fail" && words[2] == "retry-after" && isLabel(words[1]):
            return duration(words[3]).map { .fail(String(words[1]), retryAfter: $0) }
        default: return nil
        }
    }

    private static func operatorStep(_ verb: Substring) -> BreakerTrace.Step? {
        switch verb {
        case "isolate": .isolate(nil)
        case "disable": .disable
        case "measure": .measure
        case "release": .release
        case "reset": .reset
        default: nil
        }
    }

    private static func callStep(_ verb: Substring, _ word: Substring) -> BreakerTrace.Step? {
        guard isLabel(word) else { return nil }
        let label = String(word)
        return switch verb {
        case "acquire": .acquire(label)
        case "succeed": .succeed(label)
        case "fail": .fail(label, retryAfter: nil)
        case "ignore": .ignore(label)
        case "cancel": .cancel(label)
        case "drop": .drop(label)
        default: nil
        }
    }

    private static func timeStep(_ verb: Substring, _ word: Substring) -> BreakerTrace.Step? {
        guard let duration = duration(word) else { return nil }
        return switch verb {
        case "advance": duration < .zero ? nil : .advance(duration)
        case "step-wall-clock": .stepWallClock(duration)
        case "isolate": .isolate(duration)
        default: nil
        }
    }

    private static func isLabel(_ word: Substring) -> Bool {
        word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    private static func answer(_ text: Substring) -> BreakerTrace.Answer? {
        var parts = text.split(separator: "; ")[...]
        guard let first = parts.first else { return nil }
        let verdict = verdict(first)
        if verdict != nil { parts = parts.dropFirst() }
        guard var answer = parts.popFirst().flatMap(state) else { return nil }
        answer.verdict = verdict ?? .done
        for part in parts {
            guard let event = event(part) else { return nil }
            answer.events.append(event)
        }
        return answer
    }

    private static func verdict(_ text: Substring) -> BreakerTrace.Answer.Verdict? {
        switch text {
        case "probe": return .probe
        case "late": return .late
        case "skipped": return .skipped
        case "refused": return .refused(retryAfter: nil)
        default:
            let words = text.split(separator: " ")
            guard words.count == 2, words[0] == "refused" else { return nil }
            return duration(words[1]).map { .refused(retryAfter: $0) }
        }
    }

    private static func state(_ text: Substring) -> BreakerTrace.Answer? {
        let words = text.split(separator: " ")
        guard let first = words.first, let state = Breaker.State(rawValue: String(first)), words.count <= 2 else { return nil }
        guard words.count == 2 else { return BreakerTrace.Answer(.done, state) }
        if words[1].last == "%" { return Int(words[1].dropLast()).map { BreakerTrace.Answer(.done, state, rampPercent: $0) } }
        return duration(words[1]).map { BreakerTrace.Answer(.done, state, wait: $0) }
    }

    private static func event(_ text: Substring) -> BreakerTrace.Event? {
        let words = text.split(separator: " ")
        guard words.count == 2 || (words.count == 3 && words[2] == "alert") else { return nil }
        let states = words[0].split(separator: "→").compactMap { Breaker.State(rawValue: String($0)) }
        guard states.count == 2, let cause = causes.first(where: { $0.code.lowercased() == words[1] }) else { return nil }
        return BreakerTrace.Event(from: states[0], to: states[1], cause: cause, isAlert: words.count == 3)
    }
}
