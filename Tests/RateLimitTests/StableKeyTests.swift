import HardeningCore
import Testing

@testable import RateLimit

/// Keys mean the same in another process, so that state can outlive one.
@Suite struct StableKeyTests {
    private let client = Fingerprint(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)

    /// FNV-1a of "" and "a" are the authors' test vectors.
    @Test func namesAreHashedAlikeInEveryProcess() {
        #expect(PolicyName.stableHash(of: "") == 0xcbf2_9ce4_8422_2325)
        #expect(PolicyName.stableHash(of: "a") == 0xaf63_dc4c_8601_ec8c)
    }

    @Test func aKeyDependsOnNameAndEnforcementAndNotOnWindows() throws {
        let chat = try RateLimitPolicy("chat", parsing: "5/minute")
        #expect(chat.key(of: client) == (try RateLimitPolicy("chat", parsing: "7/hour burst 2")).key(of: client))
        #expect(chat.key(of: client) == chat.with(.shadow).with(.enforced).key(of: client))
        #expect(chat.key(of: client) != chat.with(.shadow).key(of: client))
        #expect(chat.key(of: client) != (try RateLimitPolicy("chats", parsing: "5/minute")).key(of: client))
    }

    @Test(arguments: ["chat", "login", "a"]) func theBitsThatChooseTheShardAreTheClients(name: String) throws {
        let key = try RateLimitPolicy(name, parsing: "5/minute").key(of: client)
        #expect(key.high & 0xffff == client.high & 0xffff)
        #expect(key.high != client.high && key.low != client.low)
    }
}
