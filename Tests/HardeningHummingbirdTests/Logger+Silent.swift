import Logging

extension Logger {
    /// For applications whose refusals are the test's purpose.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
