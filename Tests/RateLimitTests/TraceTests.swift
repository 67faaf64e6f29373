import HardeningCore
import HardeningTesting
import RateLimit
import Testing

@Suite struct TraceTests {
    private static let text = """
        policy chat 3/1min 5/1h
        policy plan 9/1500ms
        admit 2 chat/ann plan/ann
        advance 59999ms
        admit 2 chat/ann
        peek chat/bob
        refund 1 chat/ann
        reserve #1 2 plan/ann
        commit #1 1
        cancel #1
        wall -1h
        monotonic -3s
        limits chat 7 0
        admit 1 chat/ann
        """

    @Test func whatItPrintsItReads() throws {
        let trace = try RateLimitTrace(parsing: Self.text)
        #expect(trace.description == Self.text)
        for seed in 0..<20 as Range<UInt64> {
            let random = RateLimitTrace.random(seed: seed, steps: 200)
            #expect(try RateLimitTrace(parsing: random.description) == random)
            #expect(random == RateLimitTrace.random(seed: seed, steps: 200))
        }
    }

    @Test func traceInDecisionsOut() async throws {
        let trace = try RateLimitTrace(parsing: Self.text)
        let time = ManualTime()
        let outcomes = try await trace.outcomes(of: RateLimiter.manual(time), on: time)
        #expect(outcomes == trace.expectedOutcomes)
        #expect(outcomes[0].description == "admitted: chat 2/3 resets in 1min, chat 2/5 resets in 1h, plan 2/9 resets in 1500ms")
        #expect(outcomes[2].description == "refused, retry in 1ms: chat 2/3 resets in 1ms (violated), chat 2/5 resets in 3540001ms")
        #expect(outcomes.suffix(6).map(\.description).prefix(3) == ["settled", "nothing to settle", "-"])
        #expect(outcomes.last?.description.hasPrefix("refused for ever: ") == true)
    }

    /// Found by a million random steps: an overrun kept an entry that had left, until its age wrapped round.
    @Test func anOverrunDropsWhatHasLeftBeforeItIsCharged() async throws {
        let trace = try RateLimitTrace(
            parsing: """
                policy c 4/1h 8/758535613587474ns
                reserve #1 3 c/k
                advance 752248548463106ns
                admit 3 c/k
                advance 752248548463106ns
                commit #1 4
                advance 752248548463106ns
                admit 1 c/k
                """)
        #expect(try await trace.firstDifference { RateLimiter.manual($0) } == nil)
    }

    @Test(arguments: [
        ("policy a 3/1min\nadmit x a/k", 2, 7), ("policy a 3/1min\nadmit 1  a/k", 2, 9), ("admit 1 a/k", 1, 9), ("policy a 3/1", 1, 13),
        ("policy a 3/1min 4/1min", 1, 8), ("policy a 3/1min\npolicy a 3/1min", 2, 8), ("jump 3s", 1, 1),
        ("policy a 3/1min\nadmit 01 a/k", 2, 7),
        ("wall 99999999999d", 1, 6), ("policy a 3/1min\nlimits a 1 2", 2, 8), ("cancel 1", 1, 8), ("advance -1s", 1, 9),
        ("advance 1s ", 1, 12), ("policy a 3/1min\nadmit 1 a", 2, 9), ("policy", 1, 7),
    ])
    func whatItCannotReadItPointsAt(text: String, line: Int, column: Int) {
        let error = #expect(throws: RateLimitTraceError.self) { try RateLimitTrace(parsing: text) }
        #expect([error?.line, error?.column] == [line, column], "\(error?.description ?? "")")
    }

    @Test func aShrunkTraceKeepsOnlyWhatMatters() async throws {
        let trace = RateLimitTrace.random(seed: 1, steps: 200)
        let short = await trace.shrunk { candidate in
            candidate.steps.contains { if case .refund = $0 { true } else { false } }
                && candidate.steps.contains { if case .cancel = $0 { true } else { false } }
        }
        #expect(short.steps.count == 2)
    }
}

@Suite struct WindowCheckTests {
    private func violations(_ moments: [Int64], limit: Int) -> [Int64] {
        let admitted = moments.map { (moment: MonotonicTime(nanoseconds: $0), units: 1) }
        return WindowCheck.violations(of: admitted, limit: limit, length: .nanoseconds(10)).map(\.end.nanoseconds)
    }

    @Test func aWindowThatHoldsTooMuchIsFoundWhereverItBegins() {
        #expect(violations([5, 0, 10, 15], limit: 2).isEmpty)
        #expect(violations([0, 5, 9, 15], limit: 2) == [9])
        #expect(violations([0, 0, 0], limit: 2) == [0])
        #expect(violations([3], limit: 0) == [3])
        #expect(violations([], limit: 0).isEmpty)
    }

    @Test func weightsCount() {
        let admitted = [(moment: MonotonicTime(nanoseconds: 0), units: 3), (moment: MonotonicTime(nanoseconds: 9), units: 4)]
        #expect(WindowCheck.violations(of: admitted, limit: 6, length: .nanoseconds(10)).map(\.units) == [7])
        #expect(WindowCheck.violations(of: admitted, limit: 6, length: .nanoseconds(9)).isEmpty)
    }
}
