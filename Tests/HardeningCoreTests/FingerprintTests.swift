import Testing

@testable import HardeningCore

@Suite struct FingerprintTests {
    /// From `vectors_sip128` of the reference implementation (github.com/veorq/SipHash): key 00…0f, message 00…(n−1), SipHash-2-4-128.
    @Test(arguments: [
        (0, [0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93] as [UInt8]),
        (1, [0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45]),
        (2, [0x81, 0x77, 0x22, 0x8d, 0xa4, 0xa4, 0x5d, 0xc7, 0xfc, 0xa3, 0x8b, 0xde, 0xf6, 0x0a, 0xff, 0xe4]),
        (7, [0xa1, 0xf1, 0xeb, 0xbe, 0xd8, 0xdb, 0xc1, 0x53, 0xc0, 0xb8, 0x4a, 0xa6, 0x1f, 0xf0, 0x82, 0x39]),
        (8, [0x3b, 0x62, 0xa9, 0xba, 0x62, 0x58, 0xf5, 0x61, 0x0f, 0x83, 0xe2, 0x64, 0xf3, 0x14, 0x97, 0xb4]),
    ])
    func sipHashMatchesThePublishedVectors(length: Int, digest: [UInt8]) {
        let key0: UInt64 = 0x0706_0504_0302_0100
        let key1: UInt64 = 0x0f0e_0d0c_0b0a_0908
        let message = (0..<length).map { UInt8($0) }
        let (low, high) = message.withUnsafeBytes { SipHash128.hash($0, key0: key0, key1: key1, rounds: 2, finalRounds: 4) }
        let bytes = withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { Array($0) }
        #expect(bytes == digest)
    }

    @Test func theSameKeyGivesTheSameFingerprintAndAnotherKeyAnother() throws {
        let key = FingerprintKey()
        #expect(key.fingerprint(of: "203.0.113.7") == key.fingerprint(of: "203.0.113.7"))
        #expect(key.fingerprint(of: "203.0.113.7") != key.fingerprint(of: "203.0.113.8"))
        #expect(key.fingerprint(of: "203.0.113.7") != FingerprintKey().fingerprint(of: "203.0.113.7"))
        let secret = Secret((0..<16).map { UInt8($0) })
        let first = try #require(FingerprintKey(secret))
        let second = try #require(FingerprintKey(secret))
        #expect(first.fingerprint(of: "a") == second.fingerprint(of: "a"))
        #expect(FingerprintKey(Secret([1, 2, 3])) == nil)
    }

    @Test func twentyThousandClientsDoNotCollide() {
        let key = FingerprintKey()
        var seen = Set<Fingerprint>()
        for client in 0..<20_000 { seen.insert(key.fingerprint(of: "client-\(client)")) }
        #expect(seen.count == 20_000)
    }

    @Test func everyLengthUpToSeveralBlocksIsDistinct() {
        let key = FingerprintKey()
        let fingerprints = (0..<100).map { key.fingerprint(of: String(repeating: "\0", count: $0)) }
        #expect(Set(fingerprints).count == 100)
    }

    @Test func theKeyAndTheClientStayOutOfPrint() {
        let key = FingerprintKey()
        #expect("\(key)" == "<fingerprint key>")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(dumped.contains("<fingerprint key>"))
        let shown = key.fingerprint(of: "203.0.113.7").description
        #expect(shown.count == 32)
        // Neither as text nor as its bytes in hexadecimal; shorter pieces turn up by chance.
        #expect(!shown.contains("203.0") && !shown.contains("3230332e") && !shown.contains("cb007107"))
    }
}
