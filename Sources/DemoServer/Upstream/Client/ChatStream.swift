import AsyncHTTPClient
import NIOCore

/// A provider's answer as it arrives.
///
/// Ends only when the provider has said that the answer is over; a connection that ends before, or an error event,
/// throws ``ProviderFailure``. Leaving it closes the connection, which ends what the provider bills. Read it once.
struct ChatStream: AsyncSequence, Sendable {
    /// What arrived together.
    struct Chunk: Sendable {
        /// As received, for the ledger's meter.
        let bytes: ByteBuffer
        /// The text in it; empty in frames around the text.
        let text: String
    }

    /// What one event says.
    enum Event: Sendable, Hashable {
        case text(String)
        case end
        case failure
        case other
    }

    let body: HTTPClientResponse.Body
    /// Reads one event in the provider's shape; nil when it cannot be read.
    let read: @Sendable ([UInt8]) -> Event?

    /// Kept for as long as the stream lives.
    var place: BulkheadPlace?

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: body.makeAsyncIterator(), read: read)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: HTTPClientResponse.Body.AsyncIterator
        let read: @Sendable ([UInt8]) -> Event?
        private var lines = EventLines()
        private var isComplete = false

        init(body: HTTPClientResponse.Body.AsyncIterator, read: @escaping @Sendable ([UInt8]) -> Event?) {
            self.body = body
            self.read = read
        }

        @concurrent mutating func next() async throws -> Chunk? {
            guard let bytes = try await nextBytes() else {
                guard isComplete else { throw ProviderFailure.broken }
                return nil
            }
            var text = ""
            for data in try lines.receive(bytes.readableBytesView) {
                switch read(data) {
                case .text(let piece): text += piece
                case .end: isComplete = true
                case .other: break
                case .failure: throw ProviderFailure.broken
                case nil: throw ProviderFailure.malformedAnswer
                }
            }
            return Chunk(bytes: bytes, text: text)
        }

        @concurrent private mutating func nextBytes() async throws -> ByteBuffer? {
            do {
                return try await body.next()
            } catch {
                if Task.isCancelled { throw CancellationError() }
                if isComplete { return nil }
                throw ProviderFailure.broken
            }
        }
    }
}
