import CircuitBreaker
import HardeningCore
import Testing

@Suite(.timeLimit(.minutes(60))) struct FallbackTests {
    struct Other: Error {}
    let fallback = Fallback<Int>(on: { !($0 is Other) }) { _ in 7 }

    @Test func aChosenErrorIsAnswered() async throws {
        #expect(try await fallback.run { throw Boom() } == 7)
        #expect(try await fallback.run { 1 } == 1)
    }

    @Test func anotherErrorIsNot() async {
        await #expect(throws: Other.self) { try await fallback.run { throw Other() } }
    }

    @Test func cancellationIsNeverAnswered() async {
        await #expect(throws: CancellationError.self) { try await fallback.run { throw CancellationError() } }
        let call = Task { [fallback] in
            try await fallback.run {
                withUnsafeCurrentTask { $0?.cancel() }
                throw Boom()
            }
        }
        await #expect(throws: Boom.self) { try await call.value }
    }
}
