import ErrorCatalog
public import HTTPHardening
public import Hummingbird
import NIOCore

extension Request {
    /// Reads a JSON body with ``JSONInput``, within bounds.
    ///
    /// - Parameters:
    ///   - maximumBytes: 65,536 by default; larger bodies are refused, by their declared length before a byte is read.
    ///   - fields: reads the members; see ``JSONInput``.
    /// - Throws: `CatalogError`: UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, INVALID_INPUT or VALIDATION_ERROR.
    public func json<Value>(upTo maximumBytes: Int = 65_536, _ fields: (inout JSONInput) -> Value) async throws -> Value {
        guard let contentType = headers[.contentType], MediaType.isJSON(contentType) else { throw CatalogError(.unsupportedMediaType) }
        if let declared = headers[.contentLength].flatMap(Int.init), declared > maximumBytes {
            throw CatalogError(.payloadTooLarge, ["max_bytes": .int(maximumBytes)])
        }
        return try JSONInput.read(try await bytes(upTo: maximumBytes), fields)
    }

    private func bytes(upTo maximumBytes: Int) async throws -> [UInt8] {
        do {
            return Array(try await body.collect(upTo: maximumBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw CatalogError(.payloadTooLarge, ["max_bytes": .int(maximumBytes)])
        } catch let error as CancellationError {
            throw error
        } catch {
            // The client went away in the middle, or its chunks are malformed: nothing of ours failed.
            throw CatalogError(.invalidInput, cause: error)
        }
    }
}
