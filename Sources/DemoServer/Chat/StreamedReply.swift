import CircuitBreaker
import CostTracker
import ErrorCatalog
import NIOCore

/// One streamed answer: passes text on, meters it, and charges once for what was produced.
///
/// Call ``settle()`` on every way out; an answer that is dropped unread is settled all the same.
actor StreamedReply {
    let question: ChatService.Question
    private let provider: Provider
    private let service: ChatService
    private let meter: StreamMeter
    private var stream: BreakerStream<ChatStream>.AsyncIterator?
    /// What arrived before the answer to the client began.
    private var first: String?
    private var isSettled = false
    /// Why the stream was ended before the provider did.
    private(set) var stopped: OutputMeter.Reason?

    init(_ question: ChatService.Question, from provider: Provider, service: ChatService, hold: Hold, stream: BreakerStream<ChatStream>) {
        self.question = question
        self.provider = provider
        self.service = service
        let format: UsageFormat = provider == .claude ? .anthropicMessages : .openAIChat
        meter = service.ledger.meter(hold, input: question.input, format: format)
        self.stream = stream.makeAsyncIterator()
    }

    deinit {
        if !isSettled {
            Task { [meter] in _ = try? await meter.settle() }
        }
    }

    /// Waits for the first text, so that a failure before it can still be answered with a status.
    func begin() async throws {
        do {
            repeat { first = try await read() } while first?.isEmpty == true
        } catch {
            _ = try await settle()
            throw error
        }
    }

    /// The next piece of text, empty when the provider gave only a sign of life, or nil when the answer is over.
    ///
    /// - Throws: `CatalogError` when the provider fails, `CancellationError` when the task is cancelled.
    func next() async throws -> String? {
        if let text = first {
            first = nil
            return text
        }
        return try await read()
    }

    /// Ends the stream and charges for it.
    func settle() async throws -> LedgerEntry {
        isSettled = true
        stream = nil
        return try await meter.settle()
    }

    func cost(of entry: LedgerEntry) async throws -> ChatService.Cost {
        try await service.cost(of: entry, question)
    }

    private func read() async throws -> String? {
        guard stopped == nil, var stream else { return nil }
        do {
            guard let chunk = try await stream.next() else { return nil }
            if case .stop(let reason) = try meter.receive(chunk.bytes.readableBytesView) { stopped = reason }
            return chunk.text
        } catch let error as CancellationError {
            throw error
        } catch {
            let retryAfter = service.pipelines[provider].breaker.snapshot.retryAfter
            throw CatalogError.ai(service: provider.rawValue, retryAfter: retryAfter, cause: error)
        }
    }
}

extension ChatService {
    /// Begins a streamed answer: the same layers as for a whole one, of which breaker and bulkhead last to its end.
    ///
    /// - Throws: as ``reply(to:)``, for everything that fails before the first text.
    func stream(_ question: Question) async throws -> StreamedReply {
        let hold = try await reserve(question)
        let provider = providers.serving(model: question.model)
        let stream: BreakerStream<ChatStream>
        do {
            stream = try await open(provider, question.request, holding: hold)
        } catch {
            throw try await close(hold, after: error, of: provider.provider)
        }
        let reply = StreamedReply(question, from: provider.provider, service: self, hold: hold, stream: stream)
        try await reply.begin()
        return reply
    }

    private func open(_ provider: any ChatProvider, _ request: ChatRequest, holding hold: Hold) async throws -> BreakerStream<ChatStream> {
        let layers = pipelines[provider.provider]
        return try await Deadline.run(within: layers.deadline, waiter: layers.waiter) {
            try await layers.retry.run {
                try await layers.breaker.run(streaming: layers.streamPolicy, waiter: layers.waiter) {
                    let place = try await BulkheadPlace(in: layers.bulkhead)
                    try await ledger.dispatched(hold)
                    var stream = try await provider.stream(request, timeout: timeout)
                    stream.place = place
                    return stream
                }
            }
        }
    }
}
