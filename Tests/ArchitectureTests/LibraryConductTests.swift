import Foundation
import Testing

/// What a library of this suite never does, whoever writes it.
@Suite struct LibraryConductTests {
    private static func libraryFiles() throws -> [SourceTree.File] {
        try SourceTree.swiftFiles(below: "Sources").filter { !$0.path.hasPrefix("Sources/DemoServer/") }
    }

    @Test(arguments: [
        ("traps", #"\b(fatalError|preconditionFailure|precondition|assert|assertionFailure)\("#),
        ("forces a try or a cast", #"\b(try|as)!"#),
        ("prints", #"(?<![.\w])(print|debugPrint|dump)\("#),
        ("creates a logger", #"\bLogger\(label"#),
        ("bootstraps a global", #"\b(LoggingSystem|MetricsSystem|InstrumentationSystem)\.bootstrap"#),
        ("is left for later", #"\b(TODO|FIXME|XXX|HACK)\b"#),
    ])
    func noLibrary(does what: String, pattern: String) throws {
        let expression = try NSRegularExpression(pattern: pattern)
        for file in try Self.libraryFiles() {
            for (number, line) in file.lines.enumerated() {
                let code = line.trimmingCharacters(in: .whitespaces)
                guard !code.hasPrefix("//") else { continue }
                let found = expression.firstMatch(in: code, range: NSRange(code.startIndex..., in: code)) != nil
                if found { Issue.record("\(file.path):\(number + 1) \(what): \(code)") }
            }
        }
    }

    @Test func anUncheckedPromiseToTheCompilerIsExplained() throws {
        for file in try Self.libraryFiles() {
            for (number, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)")
            {
                let before = file.lines[max(0, number - 20)...number].filter { $0.contains("//") }
                #expect(before.contains { $0.contains("unchecked") || $0.contains("Safe:") }, "\(file.path):\(number + 1)")
            }
        }
    }

    @Test func aFileHoldsOneIdea() throws {
        for file in try SourceTree.swiftFiles(below: "Sources") {
            #expect(file.lines.count <= 350, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func testsDoNotSleep() throws {
        for file in try SourceTree.swiftFiles(below: "Tests") where !file.path.hasPrefix("Tests/ArchitectureTests/") {
            #expect(!file.text.contains("Task.sleep") && !file.text.contains("usleep("), "\(file.path)")
            #expect(!file.text.contains(".disabled("), "\(file.path) skips a test")
        }
    }
}
