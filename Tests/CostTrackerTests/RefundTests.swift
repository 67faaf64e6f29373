import CostTracker
import HardeningCore
import Testing

@Suite struct RefundTests {
    private func charged(_ bench: Bench) async throws -> LedgerEntry {
        let hold = try await bench.reserve(40_000, key: "charge")
        try await bench.ledger.dispatched(hold)
        return try await bench.ledger.settle(hold, usage: TokenUsage(input: 40_000))
    }

    @Test func `a refund is an entry of its own and frees the budget that was charged`() async throws {
        let bench = try Bench([.session(.usd("0.10"))])
        let charge = try await charged(bench)
        let refund = try await bench.ledger.refund(.usd("0.04"), of: charge.id, key: "r1")
        #expect(refund.kind == .refund)
        #expect(refund.amount == (try .usd("-0.04")))
        #expect(refund.refundOf == charge.id)
        #expect(refund.id > charge.id)
        let balance = try await bench.ledger.summary(session: "s")
        #expect(balance.used == (try .usd("0.06")))
        #expect(balance.refunded == (try .usd("0.04")))
        #expect(try await bench.ledger.recentEntries().map(\.amount) == [refund.amount, charge.amount])
        _ = try await bench.reserve(16_000, key: "again")
    }

    @Test func `refunds never exceed their charge`() async throws {
        let bench = try Bench()
        let charge = try await charged(bench)
        try await bench.ledger.refund(.usd("0.06"), of: charge.id, key: "r1")
        let tooMuch = try Money.usd("0.040000000001")
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.refund(tooMuch, of: charge.id, key: "r2") }?.code
                == .refundExceedsCharge)
        try await bench.ledger.refund(.usd("0.04"), of: charge.id, key: "r3")
        let least = Money(picoUSD: 1)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.refund(least, of: charge.id, key: "r4") }?.code
                == .refundExceedsCharge)
        #expect(try await bench.ledger.summary(session: "s").used == .zero)
    }

    @Test(arguments: [0, -1, Int64.min])
    func `a refund that is not above zero is refused`(picoUSD: Int64) async throws {
        let bench = try Bench()
        let charge = try await charged(bench)
        let amount = Money(picoUSD: picoUSD)
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.refund(amount, of: charge.id, key: "r") }?.code
                == .refundInvalid)
    }

    @Test func `only a charge can be refunded`() async throws {
        let bench = try Bench()
        let charge = try await charged(bench)
        let refund = try await bench.ledger.refund(.usd("0.01"), of: charge.id, key: "r")
        let one = Money(picoUSD: 1)
        for id in [refund.id, EntryID(rawValue: 0), EntryID(rawValue: 99), EntryID(rawValue: .max)] {
            #expect(
                await failure { () throws(LedgerError) in try await bench.ledger.refund(one, of: id, key: "x\(id.rawValue)") }?.code
                    == .entryNotFound)
        }
    }

    @Test func `repeating a refund credits once`() async throws {
        let bench = try Bench()
        let charge = try await charged(bench)
        let first = try await bench.ledger.refund(.usd("0.01"), of: charge.id, key: "r")
        #expect(try await bench.ledger.refund(.usd("0.01"), of: charge.id, key: "r") == first)
        #expect(try await bench.ledger.summary(session: "s").refunded == .usd("0.01"))
        let other = try Money.usd("0.02")
        #expect(
            await failure { () throws(LedgerError) in try await bench.ledger.refund(other, of: charge.id, key: "r") }?.code == .keyConflict)
    }

    @Test func `a refund after midnight goes to the day that was charged`() async throws {
        let bench = try Bench([.daily(.usd("0.10"))])
        let charge = try await charged(bench)
        bench.time.advance(by: .seconds(86_400))
        try await bench.ledger.refund(.usd("0.10"), of: charge.id, key: "r")
        #expect(try await bench.ledger.summary(day: start).used == .zero)
        #expect(try await bench.ledger.status().day.refunded == .zero)
    }
}
