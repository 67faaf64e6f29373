import Synchronization
import TokenAuth

@testable import DemoServer

/// Does something in the middle of a password's checking or hashing, once.
final class PasswordHook: Sendable {
    enum Moment: Sendable {
        case hashing
        /// The password has been checked, and the answer is not yet known to who asked.
        case verified
    }

    private let moment: Moment
    private let action = Mutex<(@Sendable () async -> Void)?>(nil)

    init(_ moment: Moment) {
        self.moment = moment
    }

    /// For ``DemoTuning/passwords``.
    var watch: @Sendable (PasswordHasher) -> any PasswordChecking {
        { hasher in Watched(hasher: hasher, hook: self) }
    }

    func set(_ action: @escaping @Sendable () async -> Void) { self.action.withLock { $0 = action } }

    private func reach(_ moment: Moment) async {
        guard moment == self.moment else { return }
        let action = action.withLock { action in
            defer { action = nil }
            return action
        }
        await action?()
    }

    private struct Watched: PasswordChecking {
        let hasher: PasswordHasher
        let hook: PasswordHook

        func hash(_ password: String) async throws(PasswordError) -> String {
            await hook.reach(.hashing)
            return try await hasher.hash(password)
        }

        func verify(password: String, hash: String) async throws(PasswordError) -> Bool {
            let isRight = try await hasher.verify(password: password, hash: hash)
            await hook.reach(.verified)
            return isRight
        }

        func verifyUnknownAccount(password: String) async throws(PasswordError) -> Bool {
            try await hasher.verifyUnknownAccount(password: password)
        }

        func needsRehash(_ hash: String) -> Bool { hasher.needsRehash(hash) }
    }
}
