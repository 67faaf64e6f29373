#if os(Linux)
    import Foundation
    import Testing

    /// What the kernel says a process holds.
    enum ProcessResources {
        /// Open files and sockets.
        static func openFiles(of process: Int32) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
        }

        /// The most memory it has ever had resident, in kilobytes: a peak between two looks counts as well.
        static func peakKilobytes(of process: Int32) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let peak = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/))
            return try #require(Int(peak.1))
        }
    }
#endif
