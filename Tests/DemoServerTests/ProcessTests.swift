import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// The real binary as an operator meets it: output, exit codes, signals.
@Suite(.timeLimit(.minutes(2))) struct ProcessTests {
    /// Where the build put the executable: beside the test bundle.
    private static var executable: URL {
        #if os(macOS)
            let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
        #else
            let bundle = Bundle.main.bundleURL
        #endif
        var directory = bundle
        while directory.pathComponents.count > 1 {
            let candidate = directory.appending(path: "DemoServer")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            directory.deleteLastPathComponent()
        }
        return bundle
    }

    private struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs the server with only these variables; `meanwhile` sees each line of its output.
    private func run(
        _ environment: [String: String], arguments: [String] = [], meanwhile: (String, Process) async throws -> Void = { _, _ in }
    ) async throws -> Outcome {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hardening-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = Self.executable
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = directory
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        let (ends, ended) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended.yield($0.terminationStatus) }
        try process.run()
        let errorText = Task.detached { String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
        var text = ""
        for await line in Self.lines(of: output.fileHandleForReading) {
            text += line + "\n"
            try await meanwhile(line, process)
        }
        var status: Int32 = -1
        for await end in ends {
            status = end
            break
        }
        return Outcome(status: status, output: text, errors: await errorText.value)
    }

    /// The lines of a pipe, read by a thread of their own because reading blocks.
    private static func lines(of handle: FileHandle) -> AsyncStream<String> {
        AsyncStream { continuation in
            Thread.detachNewThread {
                var rest = Data()
                while true {
                    let data = handle.availableData
                    if data.isEmpty { break }
                    rest += data
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        continuation.yield(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                        rest = Data(rest[(end + 1)...])
                    }
                }
                continuation.finish()
            }
        }
    }

    @Test func itListensSaysWhereAndStopsCleanlyOnSIGTERM() async throws {
        let outcome = try await run(["PORT": "0", "LOG_LEVEL": "error"]) { line, process in
            guard line.hasPrefix("listening on ") else { return }
            let url = line.dropFirst("listening on ".count)
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: "\(url)/health"), timeout: .seconds(30))
            #expect(response.status.code == 200)
            process.terminate()
        }
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("free@example.com"))
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }

    @Test(arguments: [
        ["PORT": "eighty"], ["JWT_SECRET_KEY": "your-secret-key-here"], ["ENVIRONMENT": "production"], ["REDIS_URL": "redis://127.0.0.1"],
        ["DATA_DIR": "/proc/nowhere"],
    ])
    func malformedConfigurationExitsWith78AndOneClearLine(settings: [String: String]) async throws {
        let outcome = try await run(settings)
        #expect(outcome.status == 78)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("configuration error: "))
    }

    @Test func helpAndUnknownArguments() async throws {
        let help = try await run([:], arguments: ["--help"])
        #expect(help.status == 0 && help.output.contains("JWT_SECRET_KEY"))
        let unknown = try await run([:], arguments: ["--fast"])
        #expect(unknown.status == 64 && unknown.errors.contains("--help"))
    }

    @Test func aDotEnvFileIsRead() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hardening-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data("PORT=eighty\n".utf8).write(to: directory.appending(path: ".env"))
        let process = Process()
        process.executableURL = Self.executable
        process.currentDirectoryURL = directory
        process.environment = [:]
        process.standardError = Pipe()
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 78)
    }
}
