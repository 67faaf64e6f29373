import CircuitBreaker
import HardeningTesting
import Testing

@Suite struct TraceTextTests {
    private static let text = """
        acquire a
        succeed a → CLOSED
        fail a retry-after 10s → late; OPEN 30s
        ignore a → skipped; CLOSED 25%
        cancel a1
        drop a
        advance 0s
        advance 1500ms → OPEN 1ns; CLOSED→OPEN consecutive_failures alert; OPEN→CLOSED reset
        step-wall-clock -1h
        isolate
        isolate 5min → refused; ISOLATED
        disable
        measure
        release
        reset → refused 3d; CLOSED
        """

    @Test func whatItPrintsItReads() throws {
        let trace = try BreakerTrace(parsing: Self.text)
        #expect(trace.description == Self.text)
        #expect(try BreakerTrace(parsing: "\nreset\n\n").lines == [.init(.reset)])
        for seed in 0..<10 as Range<UInt64> {
            let random = BreakerTrace.random(seed: seed, steps: 200, for: .claude).recorded(of: .claude)
            #expect(try BreakerTrace(parsing: random.description) == random)
            #expect(random.firstDifference(of: .claude) == nil)
            #expect(random == BreakerTrace.random(seed: seed, steps: 200, for: .claude).recorded(of: .claude))
        }
    }

    @Test(arguments: [
        ("jump a", 1, 1), ("reset\nacquire", 2, 1), ("acquire ä", 1, 1), ("acquire  a", 1, 9), ("acquire a ", 1, 10), (" reset", 1, 1),
        ("advance -1s", 1, 1), ("advance 60s", 1, 9), ("advance 01s", 1, 9), ("advance 1", 1, 1), ("advance 999999d9", 1, 1),
        ("step-wall-clock 99999999999d", 1, 1), ("fail a retry-after", 1, 1), ("fail a timeout", 1, 1), ("reset →", 1, 1),
        ("reset → ", 1, 9), ("reset → closed", 1, 9), ("reset → late", 1, 9), ("reset → CLOSED late", 1, 9),
        ("reset → CLOSED; CLOSED→OPEN because", 1, 9), ("reset → CLOSED; CLOSED→OPEN RESET", 1, 9), ("reset → CLOSED;", 1, 9),
        ("reset → CLOSED 25 %", 1, 9), ("reset → refused 60s; CLOSED", 1, 17), ("advance +1s", 1, 1),
    ])
    func whatItCannotReadItPointsAt(text: String, line: Int, column: Int) {
        let error = #expect(throws: BreakerTraceError.self) { try BreakerTrace(parsing: text) }
        #expect([error?.line, error?.column] == [line, column], "\(error?.description ?? "")")
    }

    @Test func errorsAndDifferencesSayInWordsWhatIsWrong() throws {
        let error = #expect(throws: BreakerTraceError.self) { try BreakerTrace(parsing: "advance 60s") }
        #expect(error?.description == "line 1, column 9: This is written “advance 1min”.")
        let trace = try BreakerTrace(parsing: "acquire a → CLOSED\nfail a → CLOSED\nreset → OPEN")
        #expect(
            trace.firstDifference(of: .preset(failures: 1, openFor: .seconds(30)))?.description
                == "step 2, “fail a”: expected “CLOSED”, but it was “OPEN 30s; CLOSED→OPEN consecutive_failures alert”"
        )
    }

    @Test func stepsThatMakeNoSenseAreSkipped() throws {
        let trace = try BreakerTrace(
            parsing:
                "succeed a → skipped; CLOSED\nacquire a → CLOSED\nacquire a → skipped; CLOSED\ndrop a → CLOSED\ndrop a → skipped; CLOSED")
        #expect(trace.firstDifference(of: .claude) == nil)
        #expect(trace.firstDifference(of: .claude, from: try #require(ReferenceBreaker(.claude))) == nil)
        let endless = BreakerTrace([
            .init(.advance(.seconds(Int64.max))), .init(.acquire("a")), .init(.fail("a", retryAfter: .seconds(Int64.max))),
        ])
        #expect(endless.firstDifference(of: .claude, from: try #require(ReferenceBreaker(.claude))) == nil)
    }

    @Test func jitterHasNoReference() throws {
        #expect(try ReferenceBreaker(.init(openTime: .init(base: .seconds(1), jitterPercent: 10))) == nil)
    }
}
