/// Spoils good requests, the same way for the same seed.
struct RequestMutator {
    /// What breaks parsers: limits, framing, encodings.
    private static let tokens: [String] = [
        "\r\n", "\n", "\r", "\0", "\t", " ", "\r\n ", ":", "::", "%", "%00", "%zz", "%2e%2e%2f", "../", "//", "?", "#", "\u{7f}", "é",
        "\r\nTransfer-Encoding: chunked\r\n", "\r\nTransfer-Encoding: identity, chunked\r\n", "\r\nContent-Length: 5\r\n",
        "\r\nContent-Length: -1\r\n", "\r\nContent-Length: 99999999999999999999\r\n", "\r\nContent-Length: 0x10\r\n",
        "\r\nContent-Length: 70000\r\n", "\r\nHost: a\r\nHost: b\r\n", "\r\nExpect: 100-continue\r\n", "\r\nUpgrade: h2c\r\n",
        "\r\nConnection: upgrade\r\n", "\r\nContent-Type: text/plain\r\n", "\r\nAccept: application/json\r\n",
        "\r\nAccept-Language: ar\r\n",
        "\r\nX-Request-Id: \u{1b}[31m\r\n", "\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n", "\r\nIf-None-Match: *\r\n",
        "\r\nAuthorization: Bearer \r\n", "\r\nAuthorization: Bearer a.b.c\r\n", "\r\nCookie: a=b\r\n", "\r\nX-Forwarded-For: 1.2.3.4\r\n",
        "HTTP/0.9", "HTTP/2.0", "HTTP/1.1 HTTP/1.1", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET ", "OPTIONS ", "BREW ",
        "http://other.example/",
        "{", "}", "[", "\"", "\\u0000", "\\ud800", "null", "1e999", "-0", "{\"a\":", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "0\r\n\r\n", "ffffffffffffffff\r\n", "5\r\nhello\r\n",
    ]

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// One of `requests` with one to four things wrong with it.
    mutating func spoil(_ requests: [String]) -> [UInt8] {
        var bytes = Array(requests[below(requests.count)].utf8)
        for _ in 0...below(4) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        let end = min(bytes.count, place + 1 + below(16))
        switch below(10) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where place < bytes.count: bytes[place] = UInt8(below(256))
        case 2: bytes.insert(contentsOf: (0...below(8)).map { _ in UInt8(below(256)) }, at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 5: bytes.removeLast(bytes.count - place)
        case 6:
            bytes.insert(
                contentsOf: [UInt8](repeating: bytes.isEmpty ? 0x41 : bytes[min(place, bytes.count - 1)], count: 1 << below(17)), at: place)
        case 7: moveLine(&bytes)
        default: bytes.insert(contentsOf: Self.tokens[below(Self.tokens.count)].utf8, at: place)
        }
    }

    /// Doubles a line, or puts one before another.
    private mutating func moveLine(_ bytes: inout [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines.insert(lines[below(lines.count)], at: below(lines.count))
        if below(2) == 0 { lines.remove(at: below(lines.count)) }
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    private mutating func below(_ bound: Int) -> Int {
        Int.random(in: 0..<max(1, bound), using: &random)
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers in every run, so that a failure can be repeated.
private struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
