import HardeningCore
import HardeningSQLite
import NIOHTTP1
import Synchronization
import Testing
import TokenAuth

@testable import DemoServer

/// What happens to an account while a request about it is on its way.
@Suite(.timeLimit(.minutes(60))) struct OverlapTests {
    @Test func ofTwoPasswordChangesTheSecondBeganWithAPasswordThatIsNoneAnyMore() async throws {
        let hook = PasswordHook(.hashing)
        try await DemoUnderTest.run(tuning: DemoTuning(passwords: hook.watch)) { demo in
            let token = try await demo.signIn()
            let (accounts, hasher) = (demo.application.services.identity.accounts, try PasswordHasher(cost: 10))
            let id = try #require(try await accounts.find(email: "ann@example.com")?.id)
            let other = try await hasher.hash("the other one 42")
            hook.set { _ = try? await accounts.updatePassword(id: id, to: other) }
            let body = #"{"password":"correct horse 42","new_password":"brand new 42"}"#
            let late = try await demo.post("/api/me/password", body, token: token)
            #expect(late.status == 401 && late.code == "AUTHENTICATION_ERROR", "\(late.text)")
            for (password, status) in [("brand new 42", 401), ("correct horse 42", 401), ("the other one 42", 200)] {
                let login = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"\#(password)"}"#)
                #expect(login.status == status, "\(password)")
            }
        }
    }

    @Test func ofManyRegistrationsAtOnceOneSucceedsAndTheOthersAreToldWhy() async throws {
        try await DemoUnderTest.run(["RATE_LIMIT_ENABLED": "false"]) { demo in
            let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let answer = try await demo.post(
                            "/api/auth/register", #"{"email":"ann@example.com","password":"correct horse 42"}"#)
                        return "\(answer.status) \(answer.code ?? "")"
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(outcomes == ["201 ": 1, "409 EMAIL_TAKEN": 3])
        }
    }

    @Test func aHashOfALowerCostIsReplacedAtTheNextSignInAndNotBefore() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let accounts = demo.application.services.identity.accounts
            let id = try #require(try await accounts.find(email: "ann@example.com")?.id)
            let weak = try await PasswordHasher(uncheckedCost: 4).hash("correct horse 42")
            _ = try await accounts.updatePassword(id: id, to: weak)
            for (password, prefix) in [("wrong horse 42", "$2b$04$"), ("correct horse 42", "$2b$10$"), ("correct horse 42", "$2b$10$")] {
                _ = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"\#(password)"}"#)
                #expect(try await accounts.find(id: id)?.passwordHash.hasPrefix(prefix) == true)
            }
        }
    }

    @Test func noTokenOutlivesTheAccountThatItWasIssuedFor() async throws {
        try await DemoUnderTest.run { demo in
            let first = try await demo.signIn()
            let (identity, tokens) = (demo.application.services.identity, demo.application.services.tokens)
            let id = try #require(try await identity.accounts.find(email: "ann@example.com")?.id)
            let issued = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let erased = try await demo.send(.DELETE, "/api/me", token: first)
                    #expect(erased.status == 204)
                }
                var issued: [String] = []
                while true {
                    // A second further, because none is issued in the very moment of a revocation.
                    if issued.count < 300 { demo.time.advance(by: .seconds(1)) }
                    let token = try? tokens.issue(subject: id).token
                    if try await identity.accounts.find(id: id) == nil { break }
                    if let token { issued.append(token) }
                }
                #expect(throws: TokenError.self, "in the moment in which the account is gone") { _ = try tokens.verify(first) }
                try await group.waitForAll()
                return issued
            }
            for token in issued { #expect(throws: TokenError.self) { _ = try tokens.verify(token) } }
        }
    }

    @Test func aSignInThatBeganBeforeTheChangeOfThePasswordComesTooLate() async throws {
        let hook = PasswordHook(.verified)
        try await DemoUnderTest.run(tuning: DemoTuning(passwords: hook.watch)) { demo in
            let token = try await demo.signIn()
            hook.set {
                let body = #"{"password":"correct horse 42","new_password":"brand new 42"}"#
                let changed = try? await demo.post("/api/me/password", body, token: token)
                #expect(changed?.status == 200)
            }
            let late = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"correct horse 42"}"#)
            #expect(late.status == 401, "\(late.text)")
            let id = try #require(try await demo.application.services.identity.accounts.find(email: "ann@example.com")?.id)
            let sessions = try await demo.application.services.identity.sessions.sessions(subject: id)
            #expect(sessions.count == 1)
        }
    }

    @Test func aSignInThatBeganBeforeTheErasureComesTooLate() async throws {
        let hook = PasswordHook(.verified)
        try await DemoUnderTest.run(tuning: DemoTuning(passwords: hook.watch)) { demo in
            let token = try await demo.signIn()
            let id = try #require(try await demo.application.services.identity.accounts.find(email: "ann@example.com")?.id)
            hook.set {
                let erased = try? await demo.send(.DELETE, "/api/me", token: token)
                #expect(erased?.status == 204)
                demo.time.advance(by: .seconds(2))
            }
            let late = try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"correct horse 42"}"#)
            #expect(late.status == 401, "\(late.text)")
            let sessions = try await demo.application.services.identity.sessions.sessions(subject: id)
            #expect(sessions.isEmpty)
        }
    }

    @Test func noKeyAndNoTokenOfAKeyIsMadeForAnAccountThatIsGone() async throws {
        try await DemoUnderTest.run { demo in
            let token = try await demo.signIn()
            let services = demo.application.services
            let id = try #require(try await services.identity.accounts.find(email: "ann@example.com")?.id)
            let key = try await services.identity.apiKeys.create(owner: id)
            _ = try await services.identity.accounts.erase(id: id)
            let created = try await demo.post("/api/keys", "{}", token: token)
            #expect(created.status == 401, "\(created.text)")
            let kept = try await services.identity.apiKeys.keys(owner: id)
            #expect(kept.isEmpty)
            let exchanged = try await demo.post("/api/auth/key", #"{"api_key":"\#(key.text)"}"#)
            #expect(exchanged.status == 401)
        }
    }

    @Test func twoSignInsThatReplaceTheSameWeakHashBothSucceed() async throws {
        try await DemoUnderTest.run { demo in
            _ = try await demo.signIn()
            let accounts = demo.application.services.identity.accounts
            let id = try #require(try await accounts.find(email: "ann@example.com")?.id)
            _ = try await accounts.updatePassword(id: id, to: try await PasswordHasher(uncheckedCost: 4).hash("correct horse 42"))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await demo.post("/api/auth/login", #"{"email":"ann@example.com","password":"correct horse 42"}"#).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [200, 200, 200])
        }
    }
}
