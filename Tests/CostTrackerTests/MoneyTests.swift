import CostTracker
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("0", 0), ("0.50", 500_000_000_000), ("100", 100_000_000_000_000), ("100.0", 100_000_000_000_000), ("0.000000000001", 1),
        ("-1.25", -1_250_000_000_000), ("-0", 0), ("0.0000000000010000", 1), ("9223372.036854775807", Int64.max),
        ("-9223372.036854775808", Int64.min),
    ])
    func `a decimal text is read exactly`(text: String, picoUSD: Int64) throws {
        #expect(try Money.usd(text).picoUSD == picoUSD)
    }

    @Test(arguments: [
        "", "-", ".", ".5", "5.", "+1", " 1", "1 ", "1e3", "0x1", "1,000", "1.2.3", "--1", "00", "007", "1.-5", "NaN", "١", "1\n",
        String(repeating: "1", count: 65),
    ])
    func `anything but a plain decimal is malformed`(text: String) async {
        #expect(await failure { () throws(MoneyError) in try Money.usd(text) }?.code == .malformed)
    }

    @Test(arguments: ["0.0000000000001", "1.0000000000010001"])
    func `a digit beyond the twelfth decimal is refused, not rounded`(text: String) async {
        #expect(await failure { () throws(MoneyError) in try Money.usd(text) }?.code == .tooPrecise)
    }

    @Test(arguments: ["9223372.036854775808", "-9223372.036854775809", "99999999999999999999"])
    func `an amount beyond 64 bits is an overflow`(text: String) async {
        #expect(await failure { () throws(MoneyError) in try Money.usd(text) }?.code == .overflow)
    }

    @Test(arguments: [
        "0", "0.0165", "0.5", "100", "-1.25", "0.00000013", "0.000000000001", "9223372.036854775807", "-9223372.036854775808",
    ])
    func `an amount prints exactly and reads back`(text: String) throws {
        let money = try Money.usd(text)
        #expect(money.description == text)
        #expect(money.jsonNumber == text)
    }

    @Test(arguments: [
        ("0.0165", 2, "0.02"), ("0.005", 2, "0.00"), ("0.015", 2, "0.02"), ("0.025", 2, "0.02"), ("0.0250000001", 2, "0.03"),
        ("1.5", 0, "2"), ("2.5", 0, "2"), ("-0.015", 2, "-0.02"), ("-0.001", 2, "0.00"), ("45.32", 1, "45.3"), ("1", 12, "1.000000000000"),
        ("1", 99, "1.000000000000"), ("7", -1, "7"), ("0.000000000001", 12, "0.000000000001"), ("0.995", 2, "1.00"),
    ])
    func `showing fewer digits rounds half to even`(text: String, digits: Int, shown: String) throws {
        #expect(try Money.usd(text).formatted(fractionDigits: digits) == shown)
    }

    @Test func `a thousand times 0.0005 is exactly 0.50`() throws {
        var sum = Money.zero
        for _ in 0..<1000 { sum = try sum + .usd("0.0005") }
        #expect(sum == (try .usd("0.50")))
        #expect(try Money.usd("0.0005") * 1000 == sum)
    }

    @Test func `arithmetic that does not fit throws`() async {
        let one = Money(picoUSD: 1)
        #expect(await failure { () throws(MoneyError) in try Money.max + one }?.code == .overflow)
        #expect(await failure { () throws(MoneyError) in try Money(picoUSD: .min) - one }?.code == .overflow)
        #expect(await failure { () throws(MoneyError) in try Money.max * 2 }?.code == .overflow)
    }

    @Test func `a percentage has one decimal and rounds half to even`() throws {
        #expect(Percentage(of: try .usd("45.32"), in: try .usd("100")).description == "45.3")
        #expect(Percentage(of: try .usd("45.35"), in: try .usd("100")).description == "45.4")
        #expect(Percentage(of: try .usd("45.45"), in: try .usd("100")).description == "45.4")
        #expect(Percentage(of: .max, in: .max).description == "100.0")
        #expect(Percentage(of: .max, in: Money(picoUSD: 1)).tenths > 0)
        #expect(Percentage(of: .zero, in: .zero).description == "100.0")
        #expect(Percentage(of: try .usd("-0.5"), in: try .usd("100")).description == "-0.5")
    }
}
