import Logging
import Synchronization

/// Keeps the lines that a logger was given.
final class RecordedLog: Sendable {
    private let lines = Mutex<[Logger.Metadata]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
    var metadata: [[String: String]] { lines.withLock { $0 }.map { $0.mapValues(\.description) } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = metadata.merging(event.metadata ?? [:]) { $1 }
            log.lines.withLock { $0.append(line) }
        }
    }
}
