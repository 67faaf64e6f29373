import HardeningCore
import Synchronization
import Testing
import TokenAuth

@Suite(.timeLimit(.minutes(60)))
struct PasswordHasherTests {
    let hasher = PasswordHasher(uncheckedCost: 5)

    @Test func `a password verifies against its hash and nothing else does`() async throws {
        let hash = try await hasher.hash("correct horse")
        #expect(hash.hasPrefix("$2b$05$") && hash.utf8.count == 60)
        #expect(try await hasher.verify(password: "correct horse", hash: hash))
        for other in ["correct hors", "correct horse ", "Correct horse", "x"] {
            #expect(try await !hasher.verify(password: other, hash: hash))
        }
        #expect(try await hasher.hash("correct horse") != hash)
    }

    @Test func `costs outside 10 to 15 are refused`() {
        for cost in [-1, 0, 4, 9, 16, 31, 1_000] {
            #expect(throws: PasswordError.costOutOfRange) { try PasswordHasher(cost: cost) }
        }
        for cost in 10...15 { #expect(throws: Never.self) { try PasswordHasher(cost: cost) } }
    }

    @Test func `72 bytes are hashed, 73 are refused at registration and wrong at sign-in`() async throws {
        let longest = String(repeating: "\u{e9}", count: 36)
        let hash = try await hasher.hash(longest)
        #expect(try await hasher.verify(password: longest, hash: hash))
        await #expect(throws: PasswordError.tooLong(maximumBytes: 72)) { try await hasher.hash(longest + "x") }
        #expect(try await !hasher.verify(password: longest + "x", hash: hash))
    }

    @Test func `NUL and nothing are refused at registration and wrong at sign-in`() async throws {
        let hash = try await hasher.hash("a")
        await #expect(throws: PasswordError.containsNUL) { try await hasher.hash("a\0b") }
        await #expect(throws: PasswordError.empty) { try await hasher.hash("") }
        #expect(try await !hasher.verify(password: "a\0b", hash: hash))
        #expect(try await !hasher.verify(password: "", hash: hash))
        // bcrypt's own shortening at the NUL would have made these equal.
        #expect(try await !hasher.verify(password: "a\0", hash: hash))
    }

    @Test func `what is tried for an impossible password does not sign in either`() async throws {
        let hash = try await hasher.hash("impossible")
        #expect(try await !hasher.verify(password: "a\0b", hash: hash))
    }

    @Test func `unknown accounts and damaged hashes never verify`() async throws {
        #expect(try await !hasher.verifyUnknownAccount(password: "a"))
        #expect(try await !hasher.verifyUnknownAccount(password: "a\0"))
        await #expect(throws: PasswordError.malformedHash) { try await hasher.verify(password: "a", hash: "") }
        await #expect(throws: PasswordError.malformedHash) {
            try await hasher.verify(password: "a", hash: "$2b$31$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm")
        }
    }

    @Test func `hashes of other costs and prefixes verify and ask to be replaced`() async throws {
        let stronger = PasswordHasher(uncheckedCost: 7)
        let hash = try await hasher.hash("a")
        #expect(try await stronger.verify(password: "a", hash: hash))
        #expect(try await !stronger.verify(password: "b", hash: hash))
        #expect(stronger.needsRehash(hash))
        #expect(!hasher.needsRehash(hash))
        #expect(!hasher.needsRehash(try await stronger.hash("a")))
        let older = "$2a$" + hash.dropFirst(4)
        #expect(try await hasher.verify(password: "a", hash: older))
        #expect(hasher.needsRehash(older) && hasher.needsRehash("plain"))
    }

    @Test func `a full queue answers at once with when to come back`() async throws {
        let hasher = PasswordHasher(uncheckedCost: 8, threads: 1, queueLimit: 1)
        let outcomes = await withTaskGroup(of: Result<Bool, PasswordError>.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do throws(PasswordError) {
                        return .success(try await hasher.verifyUnknownAccount(password: "a"))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var served = 0
        for outcome in outcomes {
            switch outcome {
            case .success: served += 1
            case .failure(.busy(let wait)): #expect(wait >= .seconds(1))
            case .failure(let error): Issue.record(error)
            }
        }
        #expect(served >= 2)
        #expect(served < 20)
        // It recovers.
        #expect(try await hasher.hash("a").hasPrefix("$2b$08$"))
        #expect(hasher.queuedCount == 0)
    }

    @Test func `everything that is queued is served`() async throws {
        let hasher = PasswordHasher(uncheckedCost: 4, threads: 2, queueLimit: 1_000)
        let hash = try await hasher.hash("a")
        let served = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { try await hasher.verify(password: "a", hash: hash) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(served == 200)
    }

    @Test func `a queued hash is cancelled, a running one finished`() async throws {
        let hasher = PasswordHasher(uncheckedCost: 9, threads: 1, queueLimit: 100)
        let running = Task { try await hasher.hash("running") }
        let queued = (0..<10).map { _ in Task { try await hasher.hash("queued") } }
        for task in queued { task.cancel() }
        var cancelled = 0
        for task in queued {
            if case .failure(let error) = await task.result, error as? PasswordError == .cancelled { cancelled += 1 }
        }
        // One of them may have been first in line and thus running.
        #expect(cancelled >= 9)
        #expect(try await running.value.hasPrefix("$2b$09$"))
        #expect(hasher.queuedCount == 0)
    }

    @Test func `a task cancelled before it starts does not hash`() async throws {
        let hasher = hasher
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await hasher.hash("a")
        }
        let result = await task.result
        #expect(throws: PasswordError.cancelled) { try result.get() }
    }
}
