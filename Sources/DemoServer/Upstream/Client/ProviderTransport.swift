import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Posts JSON to a provider once, within a time and a size, and says exactly how far it came.
///
/// It needs a client made with ``configuration``, which follows no redirect, so that a key never
/// reaches another host, and which does not try again by itself.
struct ProviderTransport: Sendable {
    /// How an `HTTPClient` that carries provider keys should be set up.
    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// A timeout beyond this means "as long as it takes" and would only overflow clocks.
    private static let longestTimeout: Duration = .seconds(3_600)

    private static let jsonHeaders = [("content-type", "application/json"), ("accept", "application/json")]

    private let client: HTTPClient
    private let answerLimit: Int
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - client: shared; made with ``configuration``. Its owner shuts it down.
    ///   - answerLimit: the most bytes of an answer that are read; 1 MiB by default.
    ///   - sleep: measures the timeout; the real clock unless a test decides otherwise.
    init(
        client: HTTPClient, answerLimit: Int = 1 << 20,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.client = client
        self.answerLimit = answerLimit
        self.sleep = sleep
    }

    /// Sends what `makeBody` returns and answers the body of a 200 response.
    ///
    /// The timeout covers everything: the address, the connection, the head and the whole body.
    ///
    /// - Throws: ``ProviderFailure``, or `CancellationError` when the calling task was cancelled.
    func post(
        to endpoint: ProviderEndpoint, path: String, headers: [(String, String)], timeout: Duration,
        body makeBody: @escaping @Sendable () throws -> Data
    ) async throws -> Data {
        try await within(timeout) { departure in
            let response = try await send(to: endpoint, path: path, headers: headers, departure: departure, body: makeBody)
            return try await read(response)
        }
    }

    /// Sends what `makeBody` returns and answers the body of a 200 response while it arrives.
    ///
    /// The timeout covers the address, the connection and the head. Dropping the body closes the connection.
    ///
    /// - Throws: as ``post(to:path:headers:timeout:body:)``.
    func open(
        to endpoint: ProviderEndpoint, path: String, headers: [(String, String)], timeout: Duration,
        body makeBody: @escaping @Sendable () throws -> Data
    ) async throws -> HTTPClientResponse.Body {
        try await within(timeout) { departure in
            let response = try await send(to: endpoint, path: path, headers: headers, departure: departure, body: makeBody)
            try Self.requireSuccess(response)
            return response.body
        }
    }

    private func send(
        to endpoint: ProviderEndpoint, path: String, headers: [(String, String)], departure: Departure,
        body makeBody: @Sendable () throws -> Data
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: try await endpoint.url(path))
        request.method = .POST
        request.headers = HTTPHeaders(headers + Self.jsonHeaders)
        let body = DepartingBody(buffer: ByteBuffer(bytes: try makeBody()), departure: departure)
        request.body = .stream(body, length: .known(Int64(body.buffer.readableBytes)))
        return try await client.execute(request, deadline: .distantFuture)
    }

    private func within<Value: Sendable>(
        _ timeout: Duration, _ operation: @escaping @Sendable (Departure) async throws -> Value
    ) async throws -> Value {
        let departure = Departure()
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await operation(departure) }
                group.addTask {
                    try await sleep(min(timeout, Self.longestTimeout))
                    return nil
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() ?? nil else {
                    throw ProviderFailure.timeout(requestLeft: departure.hasLeft)
                }
                return value
            }
        } catch let failure as ProviderFailure {
            throw failure
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw departure.hasLeft ? ProviderFailure.broken : ProviderFailure.connection
        }
    }

    /// The body of any other status is left unread: it must not delay the news, and nothing in it may be shown.
    private static func requireSuccess(_ response: HTTPClientResponse) throws(ProviderFailure) {
        guard response.status == .ok else {
            throw .status(Int(response.status.code), retryAfter: response.headers.first(name: "retry-after").flatMap(RetryAfter.parse))
        }
    }

    /// The bounded body of a 200 response.
    private func read(_ response: HTTPClientResponse) async throws -> Data {
        try Self.requireSuccess(response)
        var data = Data()
        for try await chunk in response.body {
            guard chunk.readableBytes <= answerLimit - data.count else {
                throw ProviderFailure.answerTooLarge(limitBytes: answerLimit)
            }
            data.append(contentsOf: chunk.readableBytesView)
        }
        return data
    }
}

/// Whether a request has begun to leave this process.
private final class Departure: Sendable {
    private let flag = Atomic(false)

    var hasLeft: Bool { flag.load(ordering: .acquiring) }
    func note() { flag.store(true, ordering: .releasing) }
}

/// A request body that notes when it is first taken, which happens once a connection stands.
///
/// It tells "never sent" from "sent, fate unknown" without guessing from the client's errors.
private struct DepartingBody: AsyncSequence, Sendable {
    let buffer: ByteBuffer
    let departure: Departure

    struct AsyncIterator: AsyncIteratorProtocol {
        var remaining: ByteBuffer?
        let departure: Departure

        mutating func next() async -> ByteBuffer? {
            departure.note()
            defer { remaining = nil }
            return remaining
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(remaining: buffer, departure: departure)
    }
}
