import Foundation
import Testing

/// An executable of this package, run as a process of its own.
struct ChildProcess {
    private let process = Process()
    private let output = Pipe()

    /// Where the build put an executable: beside the test bundle.
    static func executable(_ name: String) throws -> URL {
        #if os(macOS)
            let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
        #else
            let bundle = Bundle.main.bundleURL
        #endif
        var directory = bundle
        while directory.pathComponents.count > 1 {
            let candidate = directory.appending(path: name)
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            directory.deleteLastPathComponent()
        }
        throw CocoaError(.fileNoSuchFile)
    }

    init(_ executable: URL, _ arguments: [String], environment: [String: String] = [:], mergesErrors: Bool = false) throws {
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        if mergesErrors { process.standardError = output }
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// Reads whole lines until `isEnough` or the end; then kills without a warning and reads what was still on its way.
    func lines(killedWhen isEnough: ([String]) -> Bool = { _ in false }) -> [String] {
        var data = Data()
        var isKilled = false
        while true {
            let piece = output.fileHandleForReading.availableData
            if piece.isEmpty { break }
            data.append(piece)
            if !isKilled, isEnough(Self.lines(data)) {
                isKilled = true
                kill(process.processIdentifier, SIGKILL)
            }
        }
        process.waitUntilExit()
        return Self.lines(data)
    }

    var status: Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The last line counts only if it was written to its end.
    private static func lines(_ data: Data) -> [String] {
        data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map { String(decoding: $0, as: UTF8.self) }
    }
}
