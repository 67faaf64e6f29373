import ErrorCatalog
import HardeningCore
import Testing

@Suite struct LanguageNegotiatorTests {
    static let german = Language("de-DE", pluralRule: .english)
    static let chinese = Language("zh-Hant", pluralRule: .invariant)
    let negotiator = LanguageNegotiator(available: [.english, .arabic, german, chinese])

    @Test(
        arguments: [
            // absent, plain, case
            (nil, "en"), ("", "en"), ("en", "en"), ("ar", "ar"), ("AR", "ar"), ("aR-eG", "ar"), ("fr", "en"),
            // weights, order, blanks
            ("en;q=0.5, ar;q=0.9", "ar"), ("en;q=0.9, ar;q=0.5", "en"), ("ar, en", "ar"), ("en, ar", "en"), ("ar;q=0.5, en;q=0.5", "ar"),
            ("fr, ar;q=0.1", "ar"), ("ar;q=0.001", "ar"), ("ar \t;\tq=1.000 , en;q=0.999", "ar"), ("ar;Q=0.8, en;q=0.7", "ar"),
            (",, ,ar,,", "ar"),
            // shortening from the right; single letters go with what follows them
            ("ar-EG-x-private", "ar"), ("zh-Hant-x-private", "zh-Hant"), ("zh-Hant-TW", "zh-Hant"), ("zh-Hans", "en"), ("zh", "en"),
            ("de", "en"), ("de-DE-1996", "de-DE"), ("ar-a-b-c", "ar"), ("de-x-DE", "en"),
            // q=0 excludes
            ("ar;q=0", "en"), ("ar;q=0, ar-EG", "en"), ("ar;q=0.0, ar", "en"), ("ar-EG;q=0, ar", "ar"),
            // the wildcard stands for the default, unless excluded, and only after every other range (RFC 4647, section 3.4)
            ("*", "en"), ("fr, *", "en"), ("*, ar;q=0.5", "ar"), ("fr, *;q=0.5, ar;q=0.1", "ar"), ("en;q=0, *", "ar"),
            ("en;q=0, ar;q=0, *;q=0.1", "de-DE"), ("en;q=0, ar;q=0, de-DE;q=0, zh-Hant;q=0, *", "en"), ("*;q=0", "en"), ("*;q=0, ar", "ar"),
            ("en;q=0", "en"),
            // malformed ranges are dropped, the others count
            ("ar;q=1.5, de-DE;q=0.1", "de-DE"), ("ar;q=1.001", "en"), ("ar;q=0.1234", "en"), ("ar;q=", "en"), ("ar;q", "en"),
            ("ar;x=1", "en"),
            ("ar;q=0.5;q=1", "en"), ("ar;q=-1", "en"), ("ar;q=.5", "en"), ("ar;q=1.", "ar"), ("ar;q=+1", "en"), ("ar;q=1e0", "en"),
            ("ar_EG", "en"),
            ("ar-", "en"), ("-ar", "en"), ("a r", "en"), ("*-ar", "en"), ("ar-*", "en"), ("arabicarab", "en"), ("4r", "en"),
            ("عربي, ar", "ar"),
            ("\"ar\"", "en"), ("ar\r\nX: y", "en"), ("ar\u{0}", "en"),
        ] as [(String?, String)])
    func choosesByLookUp(header: String?, expected: String) {
        #expect(negotiator.language(for: header).tag == expected, "\(header ?? "nil")")
    }

    @Test func aHeaderOverOneKibibyteMeansTheDefault() {
        let tail = ",ar"
        let fits = String(repeating: " ", count: 1024 - tail.utf8.count) + tail
        #expect(negotiator.language(for: fits) == .arabic)
        #expect(negotiator.language(for: " " + fits) == .english)
        #expect(negotiator.language(for: String(repeating: "ar-EG,", count: 2000)) == .english)
    }

    @Test func moreThan32RangesMeanTheDefault() {
        let fits = String(repeating: "fr,", count: 31) + "ar"
        #expect(negotiator.language(for: fits) == .arabic)
        #expect(negotiator.language(for: "fr," + fits) == .english)
    }

    @Test func theDefaultIsAvailableByItself() {
        let arabicFirst = LanguageNegotiator(available: [.english], default: .arabic)
        #expect(arabicFirst.language(for: "fr") == .arabic)
        #expect(arabicFirst.language(for: "en") == .english)
        #expect(LanguageNegotiator(available: [], default: .arabic).language(for: "en") == .arabic)
        #expect(LanguageNegotiator(available: [], default: .arabic).available == [.arabic])
    }

    @Test func garbageIsHarmless() {
        var random = SplitMix(state: 0xACCE_97ED)
        let pieces = [
            "ar", "en", "*", ";", "q=", "0", "1", ".", ",", "-", " ", "\t", "\u{0}", "é", "\u{202E}", "x", "q=0", ";q=0.5", "de-DE", "\r\n",
            "=",
        ]
        for _ in 0..<10_000 {
            var header = ""
            for _ in 0..<Int(random.next() % 40) { header += pieces[Int(random.next() % UInt64(pieces.count))] }
            #expect(negotiator.available.contains(negotiator.language(for: header)))
        }
        for _ in 0..<1_000 {
            let bytes = (0..<Int(random.next() % 64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            _ = negotiator.language(for: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The longest headers that are looked at, in the shapes that cost most.
    @Test(arguments: ["a-", "ar-", "a,", "*,", ";q=0,", "ar;q=0.123,", "--", ";;;;", "q=q="])
    func theWorstHeadersEnd(piece: String) {
        let header = String(String(repeating: piece, count: 1024).prefix(1024))
        #expect(negotiator.available.contains(negotiator.language(for: header)))
    }
}

/// Steele, Lea, Flood, "Fast splittable pseudorandom number generators": the same run everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
