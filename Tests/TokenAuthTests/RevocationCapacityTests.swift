import HardeningCore
import Testing
import TokenAuth

struct RevocationCapacityTests {
    @Test func `at capacity nothing is evicted: the revocation widens to the subject, with an event`() async throws {
        let list = RevocationList(capacity: 10)
        let fixture = try Fixture(list: list)
        let events = list.events.subscribe()
        var revoked: [String] = []
        for index in 0..<100 {
            let token = try fixture.service.issue(subject: "u\(index)").token
            try await fixture.service.revoke(try fixture.service.verify(token))
            revoked.append(token)
        }
        #expect(list.tokenCount == 10)
        #expect(revoked.allSatisfy { fixture.refusal($0)?.step == 11 })
        #expect(events.drain().count { $0 == .coarsened(from: .token, to: .subject) } == 90)
        // Over-revoking ends with the next sign-in.
        #expect(try fixture.refusal(fixture.service.issue(subject: "u99").token) == nil)
        #expect(try fixture.refusal(fixture.service.issue(subject: "bystander").token) == nil)
    }

    @Test func `with no room at all, groups hold everything ever revoked`() async throws {
        let list = RevocationList(capacity: 0, watermarkCapacity: 0)
        let fixture = try Fixture(list: list)
        let events = list.events.subscribe(capacity: 10_000)
        let bystanders = try (0..<200).map { try fixture.service.issue(subject: "bystander\($0)", session: "b\($0)").token }
        var revoked: [String] = []
        for index in 0..<50 {
            let issued = try fixture.service.issue(subject: "u\(index)", session: "s\(index)").token
            revoked.append(issued)
            switch index % 3 {
            case 0: try await fixture.service.revoke(try fixture.service.verify(issued))
            case 1: try await fixture.service.revokeAll(subject: "u\(index)")
            default: try await fixture.service.revoke(session: "s\(index)")
            }
        }
        #expect(revoked.allSatisfy { fixture.refusal($0)?.step == 11 })
        #expect(list.tokenCount == 0 && list.watermarkCount == 0)
        #expect(events.drain().contains(.coarsened(from: .session, to: .group)))
        #expect(bystanders.count { fixture.refusal($0) != nil } < 40)
        // A sign-in of a subject in a revoked group works at once.
        #expect(try fixture.refusal(fixture.service.issue(subject: "u0").token) == nil)
    }

    @Test func `room that has expired is used before anything widens`() async throws {
        let list = RevocationList(capacity: 40, watermarkCapacity: 20)
        let fixture = try Fixture(list: list)
        for _ in 0..<40 {
            try await fixture.service.revoke(try fixture.service.verify(fixture.service.issue(subject: "u").token))
        }
        for index in 0..<20 { try await fixture.service.revokeAll(subject: "u\(index)") }
        fixture.time.advance(by: .seconds(2 * 86_400))
        let events = list.events.subscribe()
        for index in 0..<20 {
            try await fixture.service.revoke(try fixture.service.verify(fixture.service.issue(subject: "u").token))
            try await fixture.service.revokeAll(subject: "v\(index)")
        }
        #expect(!events.drain().contains { if case .coarsened = $0 { true } else { false } })
        #expect(list.tokenCount <= 40 && list.watermarkCount <= 20)
    }

    /// The list against a dictionary that forgets nothing: over random revocations and steps of time it
    /// refuses whatever the dictionary refuses.
    @Test(arguments: [(1_000_000, 100_000), (64, 16), (8, 4)])
    func `a revoked token is never accepted, whatever the capacity`(_ capacity: Int, _ watermarks: Int) async throws {
        let fixture = try Fixture(list: RevocationList(capacity: capacity, watermarkCapacity: watermarks))
        var generator = SeededGenerator(state: UInt64(capacity))
        var live: [IssuedToken] = []
        var dead: [IssuedToken] = []
        for _ in 0..<600 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5:
                let number = Int.random(in: 0..<12, using: &generator)
                let lifetime = Duration.seconds(Int.random(in: 1...2_000, using: &generator))
                if let issued = try? fixture.service.issue(subject: "u\(number)", lifetime: lifetime) { live.append(issued) }
            case 5..<8:
                guard let index = live.indices.randomElement(using: &generator) else { continue }
                let issued = live.remove(at: index)
                guard let verified = try? fixture.service.verify(issued.token) else { continue }
                try await fixture.service.revoke(verified)
                dead.append(issued)
            case 8:
                let subject = "u\(Int.random(in: 0..<12, using: &generator))"
                try await fixture.service.revokeAll(subject: subject)
                dead += live.filter { $0.claims.subject == subject }
                live.removeAll { $0.claims.subject == subject }
            default:
                fixture.time.advance(by: .seconds(Int.random(in: 0...200, using: &generator)))
            }
        }
        #expect(dead.count > 100)
        #expect(dead.allSatisfy { fixture.refusal($0.token) != nil })
        if capacity > 1_000 { #expect(live.allSatisfy { [nil, .expired].contains(fixture.refusal($0.token)) }) }
    }
}
