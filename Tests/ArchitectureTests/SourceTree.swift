import Foundation

/// The checkout, read as text.
enum SourceTree {
    struct File {
        /// Relative to the checkout: `Sources/RateLimit/RateLimiter.swift`.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file below a folder of the checkout, in path order.
    static func swiftFiles(below folder: String) throws -> [File] {
        let base = root.appending(path: folder)
        let enumerator = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        var files: [File] = []
        while let url = enumerator?.nextObject() as? URL {
            guard url.pathExtension == "swift" else { continue }
            let path = folder + url.standardizedFileURL.path.dropFirst(base.standardizedFileURL.path.count)
            files.append(File(path: path, text: try String(contentsOf: url, encoding: .utf8)))
        }
        return files.sorted { $0.path < $1.path }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The names of the folders directly below `Sources`.
    static func targets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path).sorted()
    }
}

/// The modules that a source text imports.
enum ImportScanner {
    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private", "@_exported", "@testable", "@preconcurrency", "@_implementationOnly",
    ]
    private static let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]

    static func modules(in text: String) -> Set<String> {
        var modules: Set<String> = []
        for line in text.split(separator: "\n") {
            var words = line.split { $0 == " " || $0 == "\t" }[...]
            while let word = words.first, modifiers.contains(word) || word.hasPrefix("@_spi(") { words = words.dropFirst() }
            guard words.first == "import" else { continue }
            words = words.dropFirst()
            if let kind = words.first, kinds.contains(kind) { words = words.dropFirst() }
            if let module = words.first?.split(separator: ".").first { modules.insert(String(module)) }
        }
        return modules
    }
}
