import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// The real binary as an operator meets it: output, exit codes, signals.
@Suite(.timeLimit(.minutes(60))) struct ProcessTests {
    @Test func itListensSaysWhereAndStopsCleanlyOnSIGTERM() async throws {
        let outcome = try await DemoProcess.run(["PORT": "0", "LOG_LEVEL": "error"]) { line, process in
            guard line.hasPrefix("listening on ") else { return }
            let url = line.dropFirst("listening on ".count)
            let response = try await sharedClient.execute(HTTPClientRequest(url: "\(url)/health"), timeout: .minutes(10))
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
        let outcome = try await DemoProcess.run(settings)
        #expect(outcome.status == 78)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("configuration error: "))
    }

    @Test func helpAndUnknownArguments() async throws {
        let help = try await DemoProcess.run([:], arguments: ["--help"])
        #expect(help.status == 0 && help.output.contains("JWT_SECRET_KEY"))
        let unknown = try await DemoProcess.run([:], arguments: ["--fast"])
        #expect(unknown.status == 64 && unknown.errors.contains("--help"))
    }

    @Test func aDotEnvFileIsRead() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hardening-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data("PORT=eighty\n".utf8).write(to: directory.appending(path: ".env"))
        let process = Process()
        process.executableURL = DemoProcess.executable
        process.currentDirectoryURL = directory
        process.environment = [:]
        process.standardError = Pipe()
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 78)
    }
}
