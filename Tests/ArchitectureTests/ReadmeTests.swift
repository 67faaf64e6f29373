import Foundation
import Testing

/// The README shows slices of code that the compiler has seen, and commands that exist.
@Suite struct ReadmeTests {
    /// The fenced blocks of a language, without indentation and blank lines.
    private func blocks(_ language: String, in markdown: String) -> [[String]] {
        markdown.components(separatedBy: "```\(language)\n").dropFirst().map { rest in
            normalized(rest.components(separatedBy: "\n```")[0])
        }
    }

    private func normalized(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    @Test(arguments: ["README.md"])
    func everySwiftBlockIsASliceOfACompiledExample(document: String) throws {
        let samples = blocks("swift", in: try SourceTree.text(document))
        #expect(samples.count >= 6)
        let examples = try SourceTree.swiftFiles(below: "Examples").map { normalized($0.text).joined(separator: "\n") }
        for sample in samples {
            let slice = sample.joined(separator: "\n")
            #expect(examples.contains { $0.contains(slice) }, "not in Examples:\n\(slice)")
        }
    }

    @Test func everyExampleIsATargetAndSoCompiled() throws {
        let manifest = try SourceTree.text("Package.swift")
        for example in Set(try SourceTree.swiftFiles(below: "Examples").map { $0.path.split(separator: "/")[1] }) {
            #expect(manifest.contains("example(\"\(example)\","), "Examples/\(example) is compiled by nobody")
        }
    }

    @Test func theScriptsItNamesExistAndCanRun() throws {
        let readme = try SourceTree.text("README.md")
        for script in ["./scripts/demo", "./scripts/test", "./scripts/bench", "./scripts/lint"] {
            #expect(readme.contains(script))
            #expect(FileManager.default.isExecutableFile(atPath: SourceTree.root.appending(path: script).path), "\(script)")
        }
        #expect(FileManager.default.isExecutableFile(atPath: SourceTree.root.appending(path: ".ci/run").path))
    }

    @Test func everyLibraryIsInTheTable() throws {
        let readme = try SourceTree.text("README.md")
        for target in try SourceTree.targets() where target != "CBlowfish" {
            #expect(readme.contains("`\(target)`"), "\(target) is missing")
        }
    }
}
