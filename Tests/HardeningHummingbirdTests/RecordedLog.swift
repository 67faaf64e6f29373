import Logging
import Synchronization

/// Keeps the lines that a logger was given.
final class RecordedLog: Sendable {
    private struct Line {
        let level: Logger.Level
        let metadata: Logger.Metadata
    }

    private let lines = Mutex<[Line]>([])
    private let threshold: Logger.Level

    /// - Parameter threshold: what is below it is not written.
    init(from threshold: Logger.Level = .info) { self.threshold = threshold }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self, logLevel: self.threshold) } }
    var metadata: [[String: String]] { lines.withLock { $0 }.map { $0.metadata.mapValues(\.description) } }
    var levels: [Logger.Level] { lines.withLock { $0 }.map(\.level) }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(level: event.level, metadata: metadata.merging(event.metadata ?? [:]) { $1 })
            log.lines.withLock { $0.append(line) }
        }
    }
}
