import CircuitBreaker
import HardeningCore

/// A language model whose first answers break off with an error event, inside a stream that began well.
actor Model {
    enum Chunk: Sendable {
        case text(String)
        case error(String)
    }
    private var calls = 0

    func answer() -> AsyncStream<Chunk> {
        calls += 1
        let chunks: [Chunk] = calls <= 3 ? [.text("hel"), .error("overloaded")] : [.text("hel"), .text("lo")]
        let (stream, continuation) = AsyncStream<Chunk>.makeStream()
        for chunk in chunks { continuation.yield(chunk) }
        continuation.finish()
        return stream
    }
}

let model = Model()
let breaker = Breaker("model", .preset(failures: 3, openFor: .milliseconds(50)))
let policy = Breaker.StreamPolicy<Model.Chunk>(
    firstElementWithin: .seconds(20), idleLimit: .seconds(10), emptyStream: .failure(.emptyStream)
) { chunk in
    if case .error = chunk { .failure(.overloaded) } else { nil }
}

for attempt in 1...5 {
    do {
        for try await chunk in try await breaker.run(streaming: policy, { await model.answer() }) {
            print(attempt, chunk)
        }
    } catch let rejection as Breaker.Rejection {
        print(attempt, "not called:", rejection)
        try await Task.sleep(for: rejection.retryAfter ?? .seconds(1))
    }
}
print(breaker.explain())
