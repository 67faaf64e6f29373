/// A setting the server cannot start with.
struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    let variable: String
    let problem: String

    /// One line, without the value: it may be a secret.
    var description: String { "configuration error: \(variable): \(problem)" }

    /// `EX_CONFIG` of sysexits.h, so that a supervisor does not restart what cannot work.
    static let exitCode: Int32 = 78
}
