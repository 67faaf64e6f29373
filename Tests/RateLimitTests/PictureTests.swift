import HardeningCore
import HardeningTesting
import RateLimit
import Testing

/// What the limiter does, as pictures: a column is ten seconds; see ``Timeline``.
@Suite struct PictureTests {
    private let time = ManualTime()

    /// Two lines: what is asked, and what becomes of it.
    private func expect(_ picture: String, under texts: [String]) async throws {
        let lines = picture.split(separator: "\n").map(String.init)
        let checks = try texts.map { RateLimitCheck(try RateLimitPolicy("picture \($0)", parsing: $0), key: "k") }
        let timeline = Timeline(RateLimiter.manual(time), on: time, column: .seconds(10))
        #expect(try await timeline.draw(lines[0], checks) == lines[1])
    }

    @Test func noMoreThanTheLimitInAnyWindow() async throws {
        try await expect(
            """
            x x x . . x x
            ✓ ✓ ✓ . . ✗ ✓
            """, under: ["3/minute"])
    }

    @Test func whatIsExactlyAWindowOldNoLongerCounts() async throws {
        try await expect(
            """
            x x x . . x
            ✓ ✓ ✗ . . ✓
            """, under: ["2/50s"])
    }

    @Test func aRefusedRequestConsumesNothing() async throws {
        try await expect(
            """
            x x x x x x x x
            ✓ ✗ ✓ ✗ ✓ ✗ ✓ ✗
            """, under: ["1/20s", "4/hour"])
    }

    @Test func costsWeigh() async throws {
        try await expect(
            """
            3 2 1 . . . 3 2 1
            ✓ ✓ ✗ . . . ✓ ✓ ✗
            """, under: ["5/minute"])
    }

    @Test func aLargeRequestWaitsLongerThanASmallOne() async throws {
        try await expect(
            """
            2 2 . . . . 3 2 2
            ✓ ✓ . . . . ✗ ✓ ✓
            """, under: ["4/minute"])
    }

    @Test func allWindowsMustHaveRoom() async throws {
        try await expect(
            """
            xx x x x x . . . . x
            ✓✗ ✗ ✓ ✗ ✓ . . . . ✓
            """, under: ["1/20s; 3/90s"])
    }

    @Test func aRefundMakesRoom() async throws {
        try await expect(
            """
            xx x r x x
            ✓✓ ✗ r ✓ ✗
            """, under: ["2/minute"])
    }

    /// The limiter last looked at the start: from what it sees, the minute begins again with the next request.
    @Test func aClockThatGoesBackMintsNothingAndLocksNobodyOut() async throws {
        try await expect(
            """
            xx < x x . . x x x
            ✓✓ < ✗ ✗ . . ✗ ✗ ✓
            """, under: ["2/minute"])
    }

    @Test func aShadowNeverRefuses() async throws {
        let policy = try RateLimitPolicy("trial", parsing: "1/minute", enforcement: .shadow)
        let timeline = Timeline(RateLimiter.manual(time), on: time, column: .seconds(10))
        #expect(try await timeline.draw("x x x", [RateLimitCheck(policy, key: "k")]) == "✓ ✓ ✓")
    }

    @Test func otherLimitsCountWhatWasUsed() async throws {
        let timeline = Timeline(RateLimiter.manual(time), on: time, column: .seconds(10))
        let narrow = try RateLimitPolicy("live", parsing: "2/minute")
        let wide = try RateLimitPolicy("live", parsing: "4/minute")
        #expect(try await timeline.draw("x x x", [RateLimitCheck(narrow, key: "k")]) == "✓ ✓ ✗")
        #expect(try await timeline.draw("x x x", [RateLimitCheck(wide, key: "k")]) == "✓ ✓ ✗")
        #expect(try await timeline.draw("x x", [RateLimitCheck(narrow, key: "k")]) == "✗ ✗")
    }
}
