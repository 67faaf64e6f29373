import Foundation
import HardeningCore
import NIOHTTP1
import RateLimit
import Synchronization
import Testing
import TokenAuth

@testable import DemoServer

/// Guessing passwords, over HTTP: what is locked, for how long, and what a guesser learns.
@Suite(.timeLimit(.minutes(60))) struct LockoutTests {
    private static let unlimited = ["RATE_LIMIT_ENABLED": "false", "TRUSTED_PROXIES": "127.0.0.0/8"]

    private func guess(
        _ demo: DemoUnderTest, _ email: String, password: String = "wrong horse 42", from address: String = "198.51.100.1"
    ) async throws -> DemoUnderTest.Answer {
        try await demo.post(
            "/api/auth/login", #"{"email":"\#(email)","password":"\#(password)"}"#,
            headers: [("X-Forwarded-For", address), ("X-Request-Id", "same")])
    }

    @Test func guessesSideBySideCannotOutrunTheCount() async throws {
        try await DemoUnderTest.run(Self.unlimited) { demo in
            _ = try await demo.signIn()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for guesser in 1...20 {
                    group.addTask { try await guess(demo, "ann@example.com", from: "198.51.100.\(guesser)").status }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [401: 5, 429: 15])
            // The lock is the account's: another address does not open it, another account is free.
            #expect(try await guess(demo, "ann@example.com", password: "correct horse 42", from: "203.0.113.1").code == "ACCOUNT_LOCKED")
            #expect(try await guess(demo, "bob@example.com").code == "AUTHENTICATION_ERROR")
        }
    }

    @Test func aRightPasswordForgivesTheFailuresBeforeIt() async throws {
        try await DemoUnderTest.run(Self.unlimited) { demo in
            _ = try await demo.signIn()
            for round in 1...2 {
                for _ in 1...4 { #expect(try await guess(demo, "ann@example.com").status == 401) }
                #expect(try await guess(demo, "ann@example.com", password: "correct horse 42").status == 200, "round \(round)")
            }
        }
    }

    @Test func manyFailuresLockTheAddressForEveryAccountAndNobodyElse() async throws {
        try await DemoUnderTest.run(Self.unlimited) { demo in
            _ = try await demo.signIn()
            for account in 1...30 {
                #expect(try await guess(demo, "u\(account)@example.com").status == 401)
            }
            let locked = try await guess(demo, "ann@example.com", password: "correct horse 42")
            #expect(locked.status == 429 && locked.code == "ACCOUNT_LOCKED" && locked.header("retry-after") == "1")
            #expect(try await guess(demo, "ann@example.com", password: "correct horse 42", from: "198.51.100.2").status == 200)
            demo.time.advance(by: .seconds(1))
            #expect(try await guess(demo, "ann@example.com", password: "correct horse 42").status == 200)
            // That success freed its account, not its address: the next failure locks again, for longer.
            #expect(try await guess(demo, "u31@example.com").status == 401)
            demo.time.advance(by: .seconds(1))
            #expect(try await guess(demo, "u32@example.com").code == "ACCOUNT_LOCKED")
        }
    }

    @Test func anUnknownAccountIsAnsweredByteByByteLikeAKnownOne() async throws {
        try await DemoUnderTest.run(Self.unlimited) { demo in
            _ = try await demo.signIn()
            for attempt in 1...7 {
                let known = try await guess(demo, "ann@example.com", from: "198.51.100.1")
                let unknown = try await guess(demo, "nobody@example.com", from: "198.51.100.2")
                #expect(known.status == (attempt <= 5 ? 401 : 429))
                #expect(known.status == unknown.status && known.text == unknown.text, "attempt \(attempt)")
                #expect(fields(known) == fields(unknown))
            }
        }
    }

    /// All header fields but the server's date.
    private func fields(_ answer: DemoUnderTest.Answer) -> [String] {
        answer.headers.filter { $0.name.lowercased() != "date" }.map { "\($0.name): \($0.value)" }
    }

    @Test func anUnknownAccountCausesTheSameWorkAsAKnownOne() async throws {
        let recorder = WorkRecorder()
        try await DemoUnderTest.run(Self.unlimited, tuning: DemoTuning(passwords: recorder.watch)) { demo in
            _ = try await demo.signIn()
            _ = recorder.take()
            for attempt in 1...6 {
                _ = try await guess(demo, "ann@example.com")
                let known = recorder.take()
                _ = try await guess(demo, "nobody@example.com")
                let unknown = recorder.take()
                #expect(known == (attempt <= 5 ? [10] : []) && unknown == known, "attempt \(attempt)")
            }
        }
    }

    @Test func anUnknownAccountTakesAboutAsLongAsAKnownOne() async throws {
        try await DemoUnderTest.run(Self.unlimited) { demo in
            _ = try await demo.signIn()
            let lockout = demo.application.services.guardian.lockout
            let clock = ContinuousClock()
            var known: [Duration] = []
            var unknown: [Duration] = []
            for _ in 1...7 {
                known.append(try await clock.measure { _ = try await guess(demo, "ann@example.com") })
                unknown.append(try await clock.measure { _ = try await guess(demo, "nobody@example.com") })
                lockout.lift(account: "ann@example.com")
                lockout.lift(account: "nobody@example.com")
            }
            // A hash is nearly all of an answer: without one the ratio would be far below a tenth.
            let ratio = unknown.sorted()[3] / known.sorted()[3]
            #expect((0.2...5).contains(ratio))
        }
    }

    @Test func aBusyHasherIsNobodysFailure() async throws {
        let recorder = WorkRecorder(isBusy: true)
        try await DemoUnderTest.run(Self.unlimited, tuning: DemoTuning(passwords: recorder.watch)) { demo in
            for _ in 1...8 {
                let answer = try await guess(demo, "ann@example.com")
                #expect(answer.status == 503 && answer.header("retry-after") == "2")
            }
        }
    }
}

/// Notes the cost of every comparison of a password.
private final class WorkRecorder: Sendable {
    private let costs = Mutex<[Int]>([])
    private let isBusy: Bool

    init(isBusy: Bool = false) { self.isBusy = isBusy }

    var watch: @Sendable (PasswordHasher) -> any PasswordChecking {
        { hasher in Watched(hasher: hasher, recorder: self) }
    }

    func note(_ cost: Int) throws(PasswordError) {
        costs.withLock { $0.append(cost) }
        if isBusy { throw .busy(retryAfter: .seconds(2)) }
    }

    func take() -> [Int] {
        costs.withLock { costs in
            defer { costs = [] }
            return costs
        }
    }

    private struct Watched: PasswordChecking {
        let hasher: PasswordHasher
        let recorder: WorkRecorder

        func hash(_ password: String) async throws(PasswordError) -> String { try await hasher.hash(password) }
        func needsRehash(_ hash: String) -> Bool { hasher.needsRehash(hash) }

        func verify(password: String, hash: String) async throws(PasswordError) -> Bool {
            try recorder.note(hash.split(separator: "$").dropFirst().first.flatMap { Int($0) } ?? 0)
            return try await hasher.verify(password: password, hash: hash)
        }

        func verifyUnknownAccount(password: String) async throws(PasswordError) -> Bool {
            try recorder.note(hasher.cost)
            return try await hasher.verifyUnknownAccount(password: password)
        }
    }
}
