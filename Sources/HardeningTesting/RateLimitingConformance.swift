public import HardeningCore
public import RateLimit

/// What every `RateLimiting` must do, to certify a limiter of your own.
///
/// ```swift
/// let violations = try await RateLimitingConformance.violations { time in MyLimiter(time: .manual(time)) }
/// #expect(violations.isEmpty)
/// ```
/// Each promise gets a fresh limiter and a clock that only the suite moves. It needs no test framework.
public struct RateLimitingConformance {
    /// - Parameters:
    ///   - traceSteps: how many random steps it must decide as ``ReferenceLimiter`` does, in traces of 250.
    ///   - makeLimiter: makes an empty limiter on the given clock, with room for 1,000 clients.
    /// - Returns: the promises that were broken, empty when it conforms.
    /// - Throws: what the limiter or `makeLimiter` throws.
    public static func violations(
        traceSteps: Int = 5000, of makeLimiter: (ManualTime) throws -> any RateLimiting
    ) async throws -> [ConformanceViolation] {
        var violations: [ConformanceViolation] = []
        for promise in promises {
            let time = ManualTime()
            var run = Run(limiter: try makeLimiter(time), time: time)
            try await promise.check(&run)
            if let observation = run.observation {
                violations.append(ConformanceViolation(promise: promise.sentence, observation: observation))
            }
        }
        if let observation = try await firstFailure(steps: traceSteps, makeLimiter) {
            violations.append(ConformanceViolation(promise: "decides as the reference on random traces", observation: observation))
        }
        return violations
    }

    /// The first random trace with another answer than the reference's, made short, and that answer.
    private static func firstFailure(
        steps: Int, _ makeLimiter: (ManualTime) throws -> any RateLimiting
    ) async throws -> String? {
        for seed in 0..<UInt64(max(0, steps) + 249) / 250 {
            let trace = RateLimitTrace.random(seed: seed, steps: 250)
            guard try await trace.firstDifference(of: makeLimiter) != nil else { continue }
            let short = try await trace.shrunk { try await $0.firstDifference(of: makeLimiter) != nil }
            guard let difference = try await short.firstDifference(of: makeLimiter) else { return "It differs from run to run:\n\(trace)" }
            return "\(difference), in:\n\(short)"
        }
        return nil
    }

    /// One limiter under test and the first thing that was not as promised.
    struct Run {
        let limiter: any RateLimiting
        let time: ManualTime
        private(set) var observation: String?

        mutating func expect(_ condition: Bool, _ otherwise: @autoclosure () -> String) {
            if !condition, observation == nil { observation = otherwise() }
        }

        func admits(_ checks: [RateLimitCheck], cost: Int = 1) async throws -> Bool {
            try await limiter.admit(checks, cost: cost).isAdmitted
        }

        func used(_ check: RateLimitCheck) async throws -> Int? {
            try await limiter.admit([check], cost: 0).quota.first?.used
        }
    }

    struct Promise: Sendable {
        let sentence: String
        let check: @Sendable (inout Run) async throws -> Void
    }
}
