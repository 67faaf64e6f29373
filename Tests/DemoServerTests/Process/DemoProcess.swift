import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The real binary, run by a test with only the variables it is given.
struct DemoProcess: Sendable {
    let url: String
    let port: UInt16
    private let process: Process

    var identifier: Int32 { process.processIdentifier }

    /// SIGTERM, as an operator stops a service.
    func terminate() { process.terminate() }

    /// SIGKILL: nothing is finished, nothing is closed.
    func kill() { send(SIGKILL, to: process.processIdentifier) }

    struct Outcome: Sendable {
        /// The exit code, or the number of the signal that ended it.
        let status: Int32
        let output: String
        let errors: String
    }

    /// Starts the server, runs `body` once it listens, and stops it, unless `body` has done that.
    static func serving(_ environment: [String: String], _ body: (DemoProcess) async throws -> Void) async throws -> Outcome {
        let settings = ["PORT": "0", "LOG_LEVEL": "error"].merging(environment) { $1 }
        return try await run(settings) { line, process in
            guard let url = line.wholeMatch(of: /listening on (http:\S+:(\d+))/), let port = UInt16(url.2) else { return }
            let server = DemoProcess(url: String(url.1), port: port, process: process)
            try await body(server)
            server.terminate()
        }
    }

    /// Runs the binary to its end; `meanwhile` sees each line of its output.
    static func run(
        _ environment: [String: String], arguments: [String] = [], meanwhile: (String, Process) async throws -> Void = { _, _ in }
    ) async throws -> Outcome {
        let directory = TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        defer { directory.remove() }
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: directory.path)
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        let (ends, ended) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended.yield($0.terminationStatus) }
        try process.run()
        // On a thread of its own: two servers reading on the tasks' threads would leave none on a machine with two cores.
        async let errorText = onThread { String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
        var text = ""
        do {
            for await line in lines(of: output.fileHandleForReading) {
                text += line + "\n"
                try await meanwhile(line, process)
            }
        } catch {
            send(SIGKILL, to: process.processIdentifier)
            throw error
        }
        var status: Int32 = -1
        for await end in ends {
            status = end
            break
        }
        return Outcome(status: status, output: text, errors: await errorText)
    }

    /// Where the build put the executable: beside the test bundle.
    static var executable: URL {
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

    private static func send(_ signal: Int32, to identifier: Int32) {
        #if canImport(Darwin)
            Darwin.kill(identifier, signal)
        #elseif canImport(Musl)
            Musl.kill(identifier, signal)
        #else
            Glibc.kill(identifier, signal)
        #endif
    }

    private func send(_ signal: Int32, to identifier: Int32) { Self.send(signal, to: identifier) }
}
