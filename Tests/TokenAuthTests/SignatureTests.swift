import HardeningCore
import Testing
import TokenAuth

struct SignatureTests {
    static let parts = Fixture.sign().split(separator: ".").map(String.init)

    @Test func `every bit flip of a signature is refused`() throws {
        let fixture = try Fixture()
        let characters = Array(Self.parts[2])
        let values = characters.map { Fixture.alphabet.firstIndex(of: $0) ?? 0 }
        var bytes: [UInt8] = []
        var word = 0
        for (index, value) in values.enumerated() {
            word = word << 6 | value
            if index % 4 > 0 { bytes.append(UInt8(word >> (6 - index % 4 * 2) & 255)) }
        }
        bytes = Array(bytes.prefix(32))
        #expect(Fixture.base64URL(bytes) == Self.parts[2])
        for bit in 0..<256 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(fixture.refusal(Self.parts[0] + "." + Self.parts[1] + "." + Fixture.base64URL(flipped)) == .signatureInvalid)
        }
    }

    @Test func `no other character in any place of the signature is accepted`() throws {
        let fixture = try Fixture()
        let characters = Array(Self.parts[2])
        for index in characters.indices {
            for character in Fixture.alphabet where character != characters[index] {
                var other = characters
                other[index] = character
                #expect(fixture.refusal(Self.parts[0] + "." + Self.parts[1] + "." + String(other)) != nil)
            }
        }
    }

    /// The last character of 43 carries two bits that belong to nothing: three other spellings decode alike in lenient readers.
    @Test func `every alternative spelling of the same bytes is refused`() throws {
        let fixture = try Fixture()
        for (part, rule) in [(0, TokenError.Rule.headerEncoding), (1, .payloadEncoding), (2, .signatureEncoding)] {
            // Payloads of all three lengths modulo 3.
            for filler in ["", "a", "aa"] {
                let token = Fixture.sign(payload: Fixture.payload([("x", "\"\(filler)\"")])).split(separator: ".").map(String.init)
                let text = token[part]
                var spellings = [
                    text + "=", text + "==", text.replacing("-", with: "+").replacing("_", with: "/") + "=", text + " ", text + "\n",
                ]
                let value = Fixture.alphabet.firstIndex(of: text.last ?? "A") ?? 0
                let leftoverBits = [0: 0, 2: 4, 3: 2][text.count % 4] ?? 0
                let encodings = (1..<(1 << leftoverBits)).map { String(text.dropLast()) + String(Fixture.alphabet[value | $0]) }
                for spelling in encodings {
                    var changed = token
                    changed[part] = spelling
                    // Signed anew, so that only the spelling can be what is refused.
                    let signed = part == 2 ? changed.joined(separator: ".") : Fixture.sign(encoded: changed[0] + "." + changed[1])
                    #expect(fixture.refusal(signed) == rule)
                }
                spellings += encodings
                for spelling in spellings where spelling != text {
                    var changed = token
                    changed[part] = spelling
                    #expect(fixture.refusal(changed.joined(separator: ".")) != nil)
                }
            }
        }
    }

    @Test func `a token of one key does not pass under the id of another`() throws {
        let fixture = try Fixture()
        let header = #"{"alg":"HS256","kid":"k0","typ":"at+jwt"}"#
        #expect(fixture.refusal(Fixture.sign(header: header, secret: Fixture.retiringBytes)) == nil)
        #expect(fixture.refusal(Fixture.sign(header: header)) == .signatureInvalid)
        #expect(fixture.refusal(Fixture.sign(secret: Fixture.retiringBytes)) == .signatureInvalid)
    }

    @Test(arguments: [TokenAlgorithm.hs256, .hs384, .hs512])
    func `every algorithm round-trips and refuses the others`(_ algorithm: TokenAlgorithm) throws {
        let secret = Secret((0..<64).map { UInt8($0) })
        func key(_ algorithm: TokenAlgorithm) -> SigningKey {
            switch algorithm {
            case .hs512: .hs512(secret: secret, id: "k")
            case .hs384: .hs384(secret: secret, id: "k")
            default: .hs256(secret: secret, id: "k")
            }
        }
        func service(_ algorithm: TokenAlgorithm) throws -> TokenService {
            try TokenService(issuer: "i", audience: "a", keys: KeySet(active: key(algorithm)), time: .manual(ManualTime()))
        }
        let token = try service(algorithm).issue(subject: "s").token
        #expect(try service(algorithm).verify(token).subject == "s")
        for other in [TokenAlgorithm.hs256, .hs384, .hs512] where other != algorithm {
            let verifier = try service(other)
            #expect(throws: TokenError.self) { try verifier.verify(token) }
            #expect(verifier.why(token).hasPrefix("TOKEN_ALGORITHM_MISMATCH"))
        }
    }
}
