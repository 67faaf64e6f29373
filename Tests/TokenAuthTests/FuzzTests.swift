import Crypto
import Foundation
import HardeningCore
import Testing
import TokenAuth

/// A seeded mutator over valid tokens: nothing but the tokens themselves is accepted, and nothing crashes.
///
/// `TOKEN_FUZZ_INPUTS=10000000 swift test --filter FuzzTests` runs the long one.
@Suite(.timeLimit(.minutes(60)))
struct FuzzTests {
    static let inputs = ProcessInfo.processInfo.environment["TOKEN_FUZZ_INPUTS"].flatMap(Int.init) ?? 100_000
    static let shards = 4

    static let fragments = [
        #"{"alg":"none"}"#, #""kid":"k1""#, #""crit":["exp"]"#, "\\u0000", "null", "1e999", "-0", "[[[[[[[[[[", "{\"a\":{\"a\":",
        "\u{feff}", "\"",
        "}", ",", ":", "\\ud800", "99999999999999999999", "\u{0}", ".", "..", "=", "+/", "\n",
    ].map { Array($0.utf8) }

    static let header = Array(Fixture.header.utf8)
    static let payload = Array(Fixture.payload().utf8)
    static let key = SymmetricKey(data: Fixture.secretBytes)
    static let token = Array(Fixture.sign().utf8)

    /// Changes bytes of the token, or of its decoded parts, which are then encoded and, half of the time, signed again.
    static func mutated(_ generator: inout SeededGenerator) -> (bytes: [UInt8], isSigned: Bool) {
        let kind = Int.random(in: 0..<4, using: &generator)
        guard kind > 0 else { return (change(token, &generator), false) }
        var bytes = encode(kind == 1 ? change(header, &generator) : header)
        bytes.append(UInt8(ascii: "."))
        bytes += encode(kind == 1 ? payload : change(payload, &generator))
        guard Bool.random(using: &generator) else { return (bytes + token.suffix(44), false) }
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: key)
        return (bytes + [UInt8(ascii: ".")] + encode(Array(code)), true)
    }

    /// ``Fixture/base64URL(_:)``, fast enough without optimisation.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        Array(Data(bytes).base64EncodedData()).compactMap { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
    }

    static func change(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<3, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1 where position < bytes.count: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 0..<9, using: &generator)))
            case 3: bytes.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: position)
            case 4: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 20)], at: position)
            default: bytes.swapAt(position % max(1, bytes.count), Int.random(in: 0..<max(1, bytes.count), using: &generator))
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    @Test(arguments: 0..<shards) func `no mutated token is accepted unless it says the same under a valid signature`(_ shard: Int) throws {
        let fixture = try Fixture()
        var generator = SeededGenerator(state: UInt64(shard) &* 1_000_003 + 17)
        let issuers = try [TokenAlgorithm.es256, .edDSA].map { try AsymmetricKeyTests.service(KeySet(active: AsymmetricKeyTests.key($0))) }
        let pairs = try issuers.map { Array(try $0.issue(subject: "user-42").token.utf8) }
        for index in 0..<(Self.inputs / Self.shards) {
            let (mutated, isSigned) = Self.mutated(&generator)
            if let claims = try? mutated.withUnsafeBytes({ try fixture.service.verify(bytes: $0) }) {
                // Signed again by whoever has the secret: the meaning is the signer's, and every rule still holds.
                #expect(isSigned || mutated == Self.token)
                #expect(claims.issuer == Fixture.issuer && claims.audience == "api" && !claims.subject.isEmpty)
            }
            // Without the private key nothing but the token itself passes.
            guard index % 250 == 0 else { continue }
            for (service, original) in zip(issuers, pairs) {
                let other = Self.change(original, &generator)
                if other != original { #expect((try? other.withUnsafeBytes { try service.verify(bytes: $0) }) == nil) }
            }
        }
    }

    @Test func `no mutated box, refresh token, API key, hash or journal is accepted, and none crashes`() async throws {
        var generator = SeededGenerator(state: 99)
        let box = try SecretBox(key: SecretBoxTests.key)
        let fernet = try FernetTests.box()
        let sealed = Array(try box.seal(Array("value".utf8), for: SecretBoxTests.context).utf8)
        let session = try SessionFixture()
        let refresh = Array(try await session.sessions.signIn(subject: "u").refreshToken.utf8)
        let keys = try APIKeyService(prefix: "sk_live")
        let key = Array(try await keys.create(owner: "o").text.utf8)
        for _ in 0..<(Self.inputs / 250) {
            let a = String(decoding: Self.change(sealed, &generator), as: UTF8.self)
            if Array(a.utf8) != sealed { #expect((try? box.open(a, for: SecretBoxTests.context)) == nil) }
            let b = String(decoding: Self.change(Array(FernetTests.good.utf8), &generator), as: UTF8.self)
            if b != FernetTests.good { #expect((try? fernet.open(b, maximumAge: nil, now: FernetTests.sealed)) == nil) }
            let c = String(decoding: Self.change(refresh, &generator), as: UTF8.self)
            if Array(c.utf8) != refresh { #expect(await session.code(c) == "REFRESH_INVALID") }
            let d = String(decoding: Self.change(key, &generator), as: UTF8.self)
            if Array(d.utf8) != key { #expect((try? await keys.verify(d)) == nil) }
        }
        let file = CrashingFile()
        let journal = try JournalTests().journal(file)
        for entry in JournalTests.kinds { try await journal.append(entry) }
        for _ in 0..<(Self.inputs / 500) {
            let damaged = CrashingFile(Self.change(file.bytes, &generator))
            guard let opened = try? JournalTests().journal(damaged) else { continue }
            let found = try await JournalTests.entries(opened)
            #expect(Set(found).isSubset(of: JournalTests.kinds))
        }
    }
}
