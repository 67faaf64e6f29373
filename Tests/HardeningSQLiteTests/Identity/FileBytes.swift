import Foundation

extension TemporaryFolder {
    /// Everything that is in the identity store's files, one after the other.
    func bytes() throws -> Data {
        var all = Data()
        for suffix in ["", "-wal", "-shm", "-journal"] {
            if let data = FileManager.default.contents(atPath: identity + suffix) { all += data }
        }
        return all
    }
}

extension Data {
    func contains(_ part: some Collection<UInt8>) -> Bool { range(of: Data(part)) != nil }
}

enum Base64 {
    /// Reads the alphabet for URLs, without padding.
    static func bytes(_ text: String) -> [UInt8]? {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)).map(Array.init)
    }
}
