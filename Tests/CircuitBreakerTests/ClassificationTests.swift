import CircuitBreaker
import HardeningCore
import Testing

@Suite struct ClassificationTests {
    struct Response: Equatable {
        let status: Int
    }

    enum ClientError: Error {
        case badRequest
        case limited(Duration)
    }

    @Test func runReturnsTheValueAndRethrowsTheError() async throws {
        let test = try BreakerUnderTest(failures: 2)
        #expect(try await test.breaker.run { 42 } == 42)
        await #expect(throws: Boom.self) { try await test.breaker.run { throw Boom() } }
        #expect(test.breaker.snapshot.failures == 1)
    }

    /// Neither the operation nor its value has to be `Sendable`.
    @Test func runStaysInTheIsolationOfItsCaller() async throws {
        final class Answer {
            var text = ""
        }
        actor Client {
            let breaker = Breaker("api", .database)
            var calls = 0

            func ask() async throws -> String {
                let answer = try await breaker.run {
                    calls += 1
                    let answer = Answer()
                    answer.text = "answer \(calls)"
                    return answer
                }
                return answer.text
            }
        }
        #expect(try await Client().ask() == "answer 1")
    }

    @Test func runAddsOnlyTheRejection() async throws {
        let test = try BreakerUnderTest(failures: 1)
        try test.fail()
        await #expect(throws: Breaker.Rejection.self) {
            try await test.breaker.run { _ = Issue.record("the operation ran") }
        }
        #expect(test.breaker.snapshot.totals.refusals == 1)
    }

    @Test func aReturnedValueMayBeAFailure() async throws {
        let test = try BreakerUnderTest(failures: 2)
        for status in [200, 503, 503] {
            let response = try await test.breaker.run(
                classify: { $0.status >= 500 ? .failure(.overloaded, retryAfter: .seconds(90)) : .success },
                { Response(status: status) }
            )
            #expect(response == Response(status: status))
        }
        #expect(test.breaker.snapshot.lastFailure == Breaker.Failure(.overloaded, retryAfter: .seconds(90)))
        #expect(test.refusal()?.retryAfter == .seconds(90))
    }

    @Test func errorsAreJudgedByTheClassifier() async throws {
        let time = ManualTime()
        let breaker = Breaker("api", .preset(failures: 2, openFor: .seconds(10)), time: .manual(time)) { error in
            switch error {
            case ClientError.badRequest: .ignored
            case ClientError.limited(let wait): .failure(.rateLimited, retryAfter: wait)
            default: .failure()
            }
        }
        await #expect(throws: Boom.self) { try await breaker.run { throw Boom() } }
        for _ in 0..<5 {
            await #expect(throws: ClientError.self) { try await breaker.run { throw ClientError.badRequest } }
        }
        #expect(breaker.snapshot.failures == 1)
        await #expect(throws: ClientError.self) { try await breaker.run { throw ClientError.limited(.seconds(44)) } }
        #expect(breaker.snapshot.retryAfter == .seconds(44))
    }

    @Test func theRefusalOfAnInnerBreakerIsNeutralToTheOuter() async throws {
        let outer = try BreakerUnderTest(failures: 1)
        let inner = try BreakerUnderTest(failures: 1)
        try inner.fail()
        await #expect(throws: Breaker.Rejection.self) {
            try await outer.breaker.run { try await inner.breaker.run {} }
        }
        #expect(outer.breaker.state == .closed)
        #expect(outer.breaker.snapshot.failures == 0)
    }
}
