import Synchronization

/// A policy's name and windows as a number, so that an answer can tell of a window in two words.
///
/// Policies are few, answers are many: what an answer says of a window besides its use is looked up when it is
/// read. Every policy that was ever made in the process has one number. The list only grows, and is bounded: whoever
/// changes limits for ever gets policies without a number, whose answers cost an allocation.
enum RuleRegistry {
    static let maximumCount = Int(UInt16.max)

    struct Rule: Sendable, Hashable {
        let label: PolicyName
        let windows: WindowRule
    }

    private struct State {
        var rules: [Rule] = []
        var numbers: [Rule: UInt16] = [:]
    }

    private static let state = Mutex(State())

    /// - Returns: nil when there are too many.
    static func number(of rule: Rule) -> UInt16? {
        state.withLock { state in
            if let number = state.numbers[rule] { return number }
            guard state.rules.count < maximumCount else { return nil }
            let number = UInt16(state.rules.count)
            state.rules.append(rule)
            state.numbers[rule] = number
            return number
        }
    }

    static func rule(_ number: UInt16) -> Rule? {
        state.withLock { state in Int(number) < state.rules.count ? state.rules[Int(number)] : nil }
    }
}
