import Foundation

/// A data directory of one test's own.
struct TemporaryDirectory: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "hardening-\(UUID().uuidString)").path

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
