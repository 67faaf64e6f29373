import HardeningCore
import Testing
import TokenAuth

struct TimeRuleTests {
    @Test(arguments: [0, 30, 300])
    func `a token expires exactly at exp plus leeway`(_ leeway: Int64) throws {
        let fixture = try Fixture(leeway: .seconds(leeway))
        let token = try fixture.service.issue(subject: "u").token
        fixture.time.advance(by: .seconds(900 + leeway) - .nanoseconds(1))
        #expect(fixture.refusal(token) == nil)
        fixture.time.advance(by: .nanoseconds(1))
        #expect(fixture.refusal(token) == .expired)
    }

    @Test func `nbf and iat may lie exactly the leeway ahead`() throws {
        let fixture = try Fixture()
        let now = Fixture.start
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("nbf", "\(now + 30)")]))) == nil)
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("nbf", "\(now + 31)")]))) == .notYetValid)
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("iat", "\(now + 30)")]))) == nil)
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("iat", "\(now + 31)")]))) == .issuedInFuture)
    }

    @Test func `the lifetime is limited whoever signed`() throws {
        let fixture = try Fixture(maximumLifetime: .seconds(900))
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("exp", "\(Fixture.start + 900)")]))) == nil)
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("exp", "\(Fixture.start + 901)")]))) == .lifetimeTooLong)
    }

    @Test func `an expiry in the year 9999 does not overflow into validity`() throws {
        let fixture = try Fixture()
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("exp", "253402300799")]))) == .lifetimeTooLong)
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("exp", "253402300800")]))) == .expiryMalformed)
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("exp", "9223372036854775807")]))) == .expiryMalformed)
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("iat", "0"), ("exp", "0")]))) == .expired)
    }

    @Test func `why says by how much`() throws {
        let fixture = try Fixture()
        let token = try fixture.service.issue(subject: "u").token
        fixture.time.advance(by: .seconds(1_000))
        #expect(fixture.service.why(token).contains("by 100 s"))
    }
}
