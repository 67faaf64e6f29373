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
        let directory = DataDirectory(path: configuration.dataDirectory)
        let path = try directory.file(fileName)
        do {
            if FileManager.default.fileExists(atPath: path) { return try Secret(checking: String(contentsOfFile: path, encoding: .utf8)) }
        } catch {
            throw directory.unusable("\(fileName) in it is damaged: \((error as? SecretRefusal)?.description ?? "it cannot be read")")
        }
        let text = Secret.random(byteCount: 48).withUnsafeBytes { Data($0).base64EncodedString() }
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw directory.unusable("the directory cannot be written; choose another")
        }
        return Secret(text.utf8)
    }
}
