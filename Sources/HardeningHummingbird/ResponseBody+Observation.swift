import Hummingbird
import NIOCore
import Synchronization

extension ResponseBody {
    /// This body, and a call when it was written, failed on the way, or was dropped unwritten.
    ///
    /// The framework has the fastest path for bodies it knows whole; a wrapped one is written in parts. So wrap only where the
    /// end of an answer matters.
    ///
    /// - Parameter end: called exactly once, with the bytes that were handed on and whether they are all.
    func onceWritten(_ end: @escaping @Sendable (_ writtenBytes: Int, _ isComplete: Bool) -> Void) -> ResponseBody {
        let ending = BodyEnding(end)
        return ResponseBody(contentLength: contentLength) { writer in
            do {
                let counting = writer.map { buffer in
                    ending.count(buffer.readableBytes)
                    return buffer
                }
                try await self.write(counting)
                ending.call(isComplete: true)
            } catch {
                ending.call(isComplete: false)
                throw error
            }
        }
    }
}

/// Calls once, at the latest when it is dropped.
private final class BodyEnding: Sendable {
    private let bytes = Atomic(0)
    private let isPending = Atomic(true)
    private let end: @Sendable (Int, Bool) -> Void

    init(_ end: @escaping @Sendable (Int, Bool) -> Void) { self.end = end }

    func count(_ number: Int) { bytes.add(number, ordering: .relaxed) }

    func call(isComplete: Bool) {
        if isPending.exchange(false, ordering: .relaxed) { end(bytes.load(ordering: .relaxed), isComplete) }
    }

    deinit { call(isComplete: false) }
}
