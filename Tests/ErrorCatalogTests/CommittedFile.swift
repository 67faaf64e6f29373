import Foundation
import Testing

/// A file in docs/ that is written from the catalogue.
///
/// `RECORD_ERROR_DOCS=1 swift test --filter ErrorCatalogTests` writes it anew; otherwise it must be there.
struct CommittedFile {
    private let url: URL

    init(_ name: String) {
        url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/\(name)").standardizedFileURL
    }

    func text(recording current: String) throws -> String {
        if ProcessInfo.processInfo.environment["RECORD_ERROR_DOCS"] == "1" { try Data(current.utf8).write(to: url) }
        return try String(contentsOf: url, encoding: .utf8)
    }
}
