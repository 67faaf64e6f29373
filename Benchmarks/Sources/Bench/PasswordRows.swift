import Foundation
import HardeningCore
import TokenAuth

/// One bcrypt hash of cost 12, and the same hash by the system's own library.
enum PasswordRows {
    static let id = "bcrypt_12"
    private static let system = "libcrypt (system)"
    private static let password = "correct horse battery staple"

    /// The two take turns, so that what else the machine does meets both.
    static func measure() async throws {
        let hasher = try PasswordHasher(cost: 12, threads: 1)
        let hash = try await hasher.hash(password)
        guard let crypt = systemCrypt(), crypt(password, hash) == hash else {
            print(Figure.missing(row: id, who: system, reason: "no crypt(3) that knows $2b$ here"))
            return
        }
        var ours: [Double] = []
        var theirs: [Double] = []
        for _ in 0..<5 {
            let start = TimeSource.system.monotonic
            guard try await hasher.verify(password: password, hash: hash) else { throw CocoaError(.coderInvalidValue) }
            let middle = TimeSource.system.monotonic
            consume(crypt(password, hash))
            ours.append(Double(middle.nanoseconds - start.nanoseconds))
            theirs.append(Double(TimeSource.system.monotonic.nanoseconds - middle.nanoseconds))
        }
        print(Figure(row: id, value: ours.sorted()[2], detail: "PasswordHasher.verify, one thread").json)
        print(Figure(row: id, value: theirs.sorted()[2], detail: "crypt(3) with a $2b$12$ setting, in the same process", who: system).json)
    }

    /// `crypt(3)`, found at run time: a machine without it still builds this.
    private static func systemCrypt() -> ((String, String) -> String?)? {
        typealias Function = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>?
        guard let library = dlopen("libcrypt.so.1", RTLD_NOW) ?? dlopen("libcrypt.so.2", RTLD_NOW),
            let symbol = dlsym(library, "crypt")
        else { return nil }
        // The type is the one crypt(3) documents.
        let function = unsafeBitCast(symbol, to: Function.self)
        return { password, setting in function(password, setting).map { String(cString: $0) } }
    }
}
