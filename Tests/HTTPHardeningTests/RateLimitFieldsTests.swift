import ErrorCatalog
import HTTPTypes
import HardeningCore
import RateLimit
import Testing

@testable import HTTPHardening

@Suite struct RateLimitFieldsTests {
    private let time = ManualTime(timestamp: Timestamp(secondsSince1970: 1_795_176_000))

    private func limiter() -> RateLimiter { RateLimiter(capacity: 100, time: .manual(time)) }

    @Test func theBindingWindowAndTheMinuteAndHourAreTold() throws {
        let check = try RateLimitCheck(RateLimitPolicy("global", parsing: "10/minute; 11/hour"), key: "k")
        let limiter = limiter()
        var fields = HTTPFields()
        for _ in 0..<4 { fields = [:]; RateLimitFields().apply(limiter.admit(check).quota, to: &fields) }
        #expect(fields[.xRateLimitLimit] == "10" && fields[.xRateLimitRemaining] == "6" && fields[.xRateLimitReset] == "60")
        #expect(fields[.xRateLimitLimitMinute] == "10" && fields[.xRateLimitRemainingMinute] == "6")
        #expect(fields[.xRateLimitLimitHour] == "11" && fields[.xRateLimitRemainingHour] == "7")

        time.advance(by: .milliseconds(30_001))
        fields = [:]
        RateLimitFields().apply(limiter.admit(check, cost: 0).quota, to: &fields)
        #expect(fields[.xRateLimitReset] == "30")
    }

    @Test func resetCanBeAMomentAndIsTheSameForEveryRequest() throws {
        let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "10/minute"), key: "k")
        let limiter = limiter()
        var moments: Set<String?> = []
        for _ in 0..<5 {
            var fields = HTTPFields()
            RateLimitFields(.common, reset: .epoch, time: .manual(time)).apply(limiter.admit(check).quota, to: &fields)
            moments.insert(fields[.xRateLimitReset])
            time.advance(by: .milliseconds(700))
        }
        #expect(moments == ["1795176060"])
    }

    @Test func theTighterOfTwoDecisionsWinsWhicheverComesFirst() throws {
        let wide = try RateLimitCheck(RateLimitPolicy("wide", parsing: "100/minute; 1000/hour"), key: "k")
        let tight = try RateLimitCheck(RateLimitPolicy("tight", parsing: "3/minute"), key: "k")
        for order in [[wide, tight], [tight, wide]] {
            var fields = HTTPFields()
            let limiter = limiter()
            for check in order { RateLimitFields().apply(limiter.admit(check).quota, to: &fields) }
            #expect(fields[.xRateLimitLimit] == "3" && fields[.xRateLimitRemaining] == "2")
            #expect(fields[.xRateLimitLimitMinute] == "3" && fields[.xRateLimitRemainingHour] == "999")
            #expect(fields[values: .xRateLimitLimit].count == 1)
        }
    }

    @Test func theDraftsSayTheSameInTheirOwnWords() throws {
        let global = try RateLimitCheck(RateLimitPolicy("global", parsing: "100/minute; 1000/hour"), key: "k")
        let chat = try RateLimitCheck(RateLimitPolicy("chat", parsing: "30/minute"), key: "k")
        let limiter = limiter()
        let decisions = [limiter.admit(global), limiter.admit(chat)]
        func fields(_ dialect: RateLimitDialect) -> HTTPFields {
            var fields = HTTPFields()
            for decision in decisions { RateLimitFields(dialect).apply(decision.quota, to: &fields) }
            return fields
        }
        let newest = fields(.draft11)
        #expect(newest[.rateLimitPolicy] == #""global-60";q=100;w=60, "global-3600";q=1000;w=3600, "chat";q=30;w=60"#)
        #expect(newest[.rateLimit] == #""global-60";r=99;t=60, "global-3600";r=999;t=3600, "chat";r=29;t=60"#)
        #expect(newest[.xRateLimitLimit] == nil)
        let seventh = fields(.draft7)
        #expect(seventh[.rateLimit] == "limit=30, remaining=29, reset=60")
        #expect(seventh[.rateLimitPolicy] == "100;w=60, 1000;w=3600, 30;w=60")
        let sixth = fields(.draft6)
        #expect(sixth[.rateLimitLimit] == "30" && sixth[.rateLimitRemaining] == "29" && sixth[.rateLimitReset] == "60")
        let both = fields([.common, .draft6, .draft11])
        #expect(both[.rateLimitLimit] == nil && both[.rateLimit] != nil && both[.xRateLimitRemaining] == "29")
        #expect(fields([]).isEmpty)
    }

    @Test func aRefusalBecomesTheCataloguesErrorWithTheHonestWait() throws {
        let check = try RateLimitCheck(RateLimitPolicy("p", parsing: "1/minute; 2/hour"), key: "k")
        let limiter = limiter()
        _ = limiter.admit(check)
        let minute = try #require(limiter.admit(check).refusal)
        let error = CatalogError(minute)
        #expect(error.code == "RATE_LIMIT_EXCEEDED" && error.retryAfterSeconds == 60)
        #expect(error.parameters["limit"] == 1 && error.parameters["window_seconds"] == 60)
        #expect(error.parameters["violated_policies"] == ["p"])

        time.advance(by: .seconds(60))
        _ = limiter.admit(check)
        let hour = CatalogError(try #require(limiter.admit(check).refusal))
        #expect(hour.retryAfterSeconds == 3540)
        #expect(hour.parameters["limit"] == 2 && hour.parameters["window_seconds"] == 3600)

        let never = CatalogError(try #require(limiter.admit(check, cost: 5).refusal))
        #expect(never.retryAfterSeconds == nil)
    }
}
