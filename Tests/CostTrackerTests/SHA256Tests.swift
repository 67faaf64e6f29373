import CostTracker
import Testing

/// Vectors: FIPS 180-4 examples (NIST, "SHA256.pdf") and the NIST long message.
@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `the published vectors match`(text: String, digest: String) {
        #expect(ContentHash(of: text.utf8).description == digest)
    }

    @Test func `every length around a block boundary agrees with hashing in two parts`() {
        for length in 50...130 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
            var parts = SHA256()
            parts.update(bytes.prefix(length / 3))
            parts.update(bytes.dropFirst(length / 3))
            #expect(parts.finalized() == SHA256.hash(bytes))
            #expect(parts.finalized() == parts.finalized())
        }
    }
}
