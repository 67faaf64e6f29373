import HardeningCore

extension Breaker {
    /// What makes a stream a failure.
    ///
    /// ```swift
    /// let policy = Breaker.StreamPolicy<Chunk>(firstElementWithin: .seconds(20), idleLimit: .seconds(10)) { chunk in
    ///     chunk.isError ? .failure(.overloaded) : nil
    /// }
    /// ```
    public struct StreamPolicy<Element: Sendable>: Sendable {
        /// How long the consumer waits for the first element; nil for ever.
        public var firstElementWithin: Duration?
        /// How long the consumer waits for each further element, and for the end; nil for ever.
        public var idleLimit: Duration?
        /// What an end without any element says; a success unless told otherwise.
        ///
        /// An empty answer of a language model is a failure, an empty page of a query is not.
        public var emptyStream: Outcome
        /// What an element says about the whole call: an error event inside an HTTP 200 stream is a failure.
        ///
        /// nil leaves the call open; anything else settles it, and the element is passed on.
        public var classify: @Sendable (Element) -> Outcome?

        public init(
            firstElementWithin: Duration? = nil, idleLimit: Duration? = nil, emptyStream: Outcome = .success,
            classify: @escaping @Sendable (Element) -> Outcome? = { _ in nil }
        ) {
            self.firstElementWithin = firstElementWithin
            self.idleLimit = idleLimit
            self.emptyStream = emptyStream
            self.classify = classify
        }
    }
}

extension Breaker.FailureClass {
    /// No element arrived within ``Breaker/StreamPolicy/firstElementWithin`` or ``Breaker/StreamPolicy/idleLimit``.
    public static let stalled = Breaker.FailureClass("stalled")
    /// A stream ended without an element, and that is a failure.
    public static let emptyStream = Breaker.FailureClass("empty_stream")
}

/// The next element of a stream did not arrive in time.
public struct StreamTimeout: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which limit was exceeded, with a stable code.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No element at all.
        case firstElement = "STREAM_FIRST_ELEMENT_TIMEOUT"
        /// Nothing after an element.
        case idle = "STREAM_IDLE_TIMEOUT"
    }

    public let code: Code
    public let limit: Duration

    public var description: String {
        switch code {
        case .firstElement: "the stream did not begin within \(DurationWords(limit))"
        case .idle: "the stream was silent for \(DurationWords(limit))"
        }
    }
}
