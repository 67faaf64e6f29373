import Foundation
import HardeningCore

/// The development secret: made once per data directory, so that tokens survive a restart.
enum SigningSecret {
    static let fileName = "jwt-secret"

    /// The configured secret, or the one kept in the data directory.
    ///
    /// - Throws: ``ConfigurationError`` when the directory cannot be used or the kept secret is damaged.
    static func resolve(_ configuration: DemoConfiguration) throws(ConfigurationError) -> Secret {
        if let secret = configuration.jwtSecret { return secret }
        let directory = URL(filePath: configuration.dataDirectory, directoryHint: .isDirectory)
        let file = directory.appending(path: fileName)
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            if let kept = try? String(contentsOf: file, encoding: .utf8) { return try Secret(checking: kept) }
            let text = Secret.random(byteCount: 48).withUnsafeBytes { Data($0).base64EncodedString() }
            guard FileManager.default.createFile(atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            else {
                throw CocoaError(.fileWriteUnknown)
            }
            return Secret(text.utf8)
        } catch let refusal as SecretRefusal {
            throw ConfigurationError(variable: Setting.dataDirectory.rawValue, problem: "\(fileName) in it is damaged: \(refusal)")
        } catch {
            throw ConfigurationError(variable: Setting.dataDirectory.rawValue, problem: "the directory cannot be written; choose another")
        }
    }
}
