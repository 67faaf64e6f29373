import Foundation

/// What this binary is, for `/health/version`.
struct BuildInformation: Encodable, Sendable {
    let version: String
    let commit: String
    let buildTime: String
    let swift: String
    let features: [String]

    /// The commit is handed in by whoever built the binary, in the variable `BUILD_COMMIT`; the time is that of the file.
    static func current(environment: [String: String] = ProcessInfo.processInfo.environment) -> BuildInformation {
        let commit = environment["BUILD_COMMIT"].flatMap { $0.isEmpty || $0.utf8.count > 64 ? nil : $0 } ?? "unknown"
        let attributes = Bundle.main.executablePath.flatMap { try? FileManager.default.attributesOfItem(atPath: $0) }
        let built = (attributes?[.modificationDate] as? Date)?.ISO8601Format() ?? "unknown"
        #if compiler(>=6.3)
            let compiler = "6.3"
        #else
            let compiler = "6.2"
        #endif
        return BuildInformation(
            version: "0.1.0", commit: commit, buildTime: built, swift: compiler,
            features: ["error-catalog", "rate-limit", "circuit-breaker", "cost-tracker", "token-auth"])
    }
}
