import HardeningCore
import Testing
import TokenAuth

/// Refusal must stay cheap: none of these may take more than bounded time and memory.
@Suite(.timeLimit(.minutes(60)))
struct HostileInputTests {
    @Test func `megabytes are refused by their size alone`() throws {
        let fixture = try Fixture()
        for character in ["A", ".", "=", "\u{e9}", "\0"] {
            #expect(fixture.refusal(String(repeating: character, count: 1_000_000)) == .tooLarge)
        }
        #expect(
            fixture.refusal(Fixture.sign(payload: Fixture.payload([("x", "\"\(String(repeating: "x", count: 7_000))\"")]))) == .tooLarge)
    }

    @Test func `up to the limit the token is read`() throws {
        let fixture = try Fixture()
        let token = Fixture.sign(payload: Fixture.payload([("x", "\"\(String(repeating: "x", count: 5_700))\"")]))
        #expect((7_800...8_192).contains(token.utf8.count))
        #expect(fixture.refusal(token) == nil)
        #expect(fixture.refusal(String(repeating: ".", count: 8_192)) == .notThreeParts)
        #expect(fixture.refusal(String(repeating: "A", count: 8_192)) == .notThreeParts)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `a thousand levels are refused at the ninth`(_ opening: String) throws {
        let fixture = try Fixture()
        let nested = String(repeating: opening, count: 1_000)
        #expect(fixture.refusal(Fixture.sign(payload: "{\"a\":" + nested)) == .payloadTooDeep)
        #expect(fixture.refusal(Fixture.sign(header: "{\"a\":" + nested)) == .headerTooDeep)
        #expect(fixture.refusal(Fixture.sign(payload: nested))?.step == 7)
    }

    @Test func `ten thousand members are refused, by size or by count`() throws {
        let fixture = try Fixture()
        let many = "{" + (0..<10_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(fixture.refusal(Fixture.sign(payload: many)) == .tooLarge)
        let fitting = "{" + (0..<500).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(fixture.refusal(Fixture.sign(payload: fitting)) == .payloadTooManyMembers)
        #expect(fixture.refusal(Fixture.sign(header: fitting)) == .headerTooManyMembers)
        let elements = "{\"a\":[" + Array(repeating: "0", count: 2_000).joined(separator: ",") + "]}"
        #expect(fixture.refusal(Fixture.sign(payload: elements)) == .payloadTooManyMembers)
        let audiences = "[" + (0..<17).map { "\"a\($0)\"" }.joined(separator: ",") + ",\"api\"]"
        #expect(fixture.refusal(Fixture.sign(payload: Fixture.payload([("aud", audiences)]))) == .audienceMalformed)
    }

    /// Whatever a seeded mutator makes of valid tokens: nothing crashes, nothing altered is accepted.
    @Test(arguments: 0..<4)
    func `no mutated token is accepted`(_ seed: UInt64) throws {
        let fixture = try Fixture()
        var generator = SeededGenerator(state: seed)
        let originals = [
            Fixture.sign(), Fixture.sign(payload: Fixture.payload([("sid", "\"s\""), ("scope", "\"a b\""), ("nbf", "1")])),
            Fixture.sign(header: #"{"typ":"at+jwt","alg":"HS256","kid":"k1","x":[{"y":"\u00e9"}]}"#),
        ].map { Array($0.utf8) }
        var accepted = 0
        for _ in 0..<5_000 {
            let original = originals.randomElement(using: &generator) ?? []
            let mutated = Mutator.mutate(original, using: &generator)
            guard mutated != original, !originals.contains(mutated) else { continue }
            let isAccepted = mutated.withUnsafeBytes { (try? fixture.service.verify(bytes: $0)) != nil }
            if isAccepted { accepted += 1 }
        }
        #expect(accepted == 0)
    }

    /// The same behind a valid signature, where only the readers stand: nothing crashes, and what is
    /// accepted names the right issuer, audience and a future expiry.
    @Test(arguments: 0..<4)
    func `no signed garbage crashes or lies`(_ seed: UInt64) throws {
        let fixture = try Fixture()
        var generator = SeededGenerator(state: 100 + seed)
        let header = Array(Fixture.header.utf8)
        let payload = Array(Fixture.payload([("sid", "\"s\""), ("x", #"[{"y":"\ud83d\ude00"},-1.5e3,null]"#)]).utf8)
        for round in 0..<1_500 {
            let token =
                round % 2 == 0
                ? Fixture.sign(header: header, payload: Mutator.mutate(payload, using: &generator))
                : Fixture.sign(header: Mutator.mutate(header, using: &generator), payload: payload)
            guard let verified = try? fixture.service.verify(token) else { continue }
            #expect(verified.issuer == Fixture.issuer && verified.audience == "api" && !verified.subject.isEmpty)
            #expect(verified.expiresAt > Timestamp(secondsSince1970: Fixture.start - 30))
        }
    }

    @Test func `bytes that are no text are refused`() throws {
        let fixture = try Fixture()
        var generator = SeededGenerator(state: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...64, using: &generator)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            #expect(bytes.withUnsafeBytes { (try? fixture.service.verify(bytes: $0)) == nil })
        }
    }
}

enum Mutator {
    static let fragments = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", ".", "..", "=", "\u{0}", "\\u0000", "\"alg\":\"none\"", "\"exp\":9999999999", "null",
        "-0", "1e9",
        "eyJ", "\u{fe}", "AA", "\"iss\":", "\"aud\":[\"api\"]",
    ].map { Array($0.utf8) }

    /// One to four random edits: flips, overwrites, deletions, insertions, duplications, swaps.
    static func mutate(_ original: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0...max(0, bytes.count - 1), using: &generator)
            guard index < bytes.count else { return bytes }
            let end = min(bytes.count, index + Int.random(in: 1...8, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
            case 2: bytes.removeSubrange(index..<end)
            case 3: bytes.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: index)
            case 4: bytes.insert(contentsOf: bytes[index..<end], at: index)
            case 5: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &generator))
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }
}
