import HardeningCore
import Synchronization
import Testing
import TokenAuth

@Suite(.timeLimit(.minutes(60)))
struct RevocationConcurrencyTests {
    @Test func `once revoke has returned, no verification anywhere accepts`() async throws {
        let fixture = try Fixture()
        let service = fixture.service
        let tokens = try (0..<300).map { try service.issue(subject: "u\($0 % 20)", session: "s\($0)").token }
        let isDead = tokens.map { _ in Flag() }
        let violations = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<3 {
                group.addTask {
                    for index in stride(from: part, to: tokens.count, by: 3) {
                        if let verified = try? service.verify(tokens[index]) {
                            if index % 2 == 0 { try await service.revoke(verified) } else { try await service.revoke(session: "s\(index)") }
                            isDead[index].raise()
                        }
                        await Task.yield()
                    }
                }
                group.addTask {
                    for index in (0..<1_500).map({ ($0 * 7 + part) % tokens.count }) {
                        let wasDead = isDead[index].isRaised
                        let isAccepted = (try? service.verify(tokens[index])) != nil
                        if wasDead && isAccepted { violations.increment() }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(violations.value == 0)
        #expect(tokens.allSatisfy { fixture.refusal($0) != nil })
    }

    @Test func `a race for the last room neither exceeds the capacity nor loses a revocation`() async throws {
        let list = RevocationList(capacity: 100, watermarkCapacity: 20)
        let fixture = try Fixture(list: list)
        let service = fixture.service
        let tokens = try (0..<400).map { try service.issue(subject: "u\($0)").token }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<8 {
                group.addTask {
                    for index in stride(from: part, to: tokens.count, by: 8) {
                        // A group may have swept it away already: then it is dead as well.
                        if let verified = try? service.verify(tokens[index]) { try await service.revoke(verified) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(list.tokenCount == 100)
        #expect(list.watermarkCount == 20)
        #expect(tokens.allSatisfy { fixture.refusal($0) != nil })
    }

    @Test func `sign-ins racing with logout-alls are never dead on arrival and alive after the next`() async throws {
        let fixture = try Fixture(leeway: .seconds(300))
        let service = fixture.service
        let issued = Tokens()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<50 {
                    try await service.revokeAll(subject: "u")
                    await Task.yield()
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<100 {
                        let token = try service.issue(subject: "u").token
                        issued.append(token)
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        let last = try service.issue(subject: "u").token
        #expect(fixture.refusal(last) == nil)
        try await service.revokeAll(subject: "u")
        #expect(issued.all.allSatisfy { fixture.refusal($0) == .subjectRevoked })
        #expect(fixture.refusal(last) == .subjectRevoked)
    }

    final class Flag: Sendable {
        private let value = Atomic(false)
        var isRaised: Bool { value.load(ordering: .acquiring) }
        func raise() { value.store(true, ordering: .releasing) }
    }

    final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
        func increment() { count.add(1, ordering: .relaxed) }
    }

    final class Tokens: Sendable {
        private let tokens = Mutex<[String]>([])
        var all: [String] { tokens.withLock { $0 } }
        func append(_ token: String) { tokens.withLock { $0.append(token) } }
    }
}
