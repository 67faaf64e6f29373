import Testing

@testable import DemoServer

@Suite(.timeLimit(.minutes(60))) struct LatchTests {
    @Test func `everyone who waits gets the first value`() async throws {
        let latch = Latch<Int>()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await latch.value } }
            for value in 1...50 {
                group.addTask {
                    latch.settle(.success(value)); return try await latch.value
                }
            }
            let values = try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            #expect(values.count == 1)
        }
    }

    @Test func `a reason for no value reaches those who come later`() async {
        let latch = Latch<Int>()
        latch.settle(.failure(ProviderFailure.connection))
        latch.settle(.success(1))
        await #expect(throws: ProviderFailure.connection) { try await latch.value }
    }

    @Test func `cancelling those who wait lets them go and leaves the others`() async throws {
        let latch = Latch<Int>()
        let patient = Task { try await latch.value }
        for _ in 0..<200 {
            let cancelled = Task { try await latch.value }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
        }
        latch.settle(.success(3))
        #expect(try await patient.value == 3)
    }
}
