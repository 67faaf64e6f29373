import HardeningCore
import RateLimit
import Testing

/// Whatever the bytes, they are an error with a name, and nothing is taken.
@Suite struct StateErrorTests {
    private let time = ManualTime()
    private let policy: RateLimitPolicy
    private let bytes: [UInt8]

    init() throws {
        policy = try RateLimitPolicy("state", parsing: "3/minute")
        let limiter = RateLimiter(capacity: 2, time: .manual(time), key: .fixed, shardCount: 1)
        for policy in [
            policy, try RateLimitPolicy("c", parsing: "3/minute counter"), try RateLimitPolicy("g", parsing: "3/minute burst 3"),
        ] {
            for _ in 0..<3 { _ = limiter.admit(policy, key: "k") }
        }
        bytes = limiter.exportState()
    }

    private func code(_ bytes: [UInt8], _ limiter: RateLimiter? = nil) -> RateLimitStateError.Code? {
        let limiter = limiter ?? RateLimiter.manual(time)
        do {
            try limiter.importState(bytes)
            return nil
        } catch {
            let isUntouched = limiter.snapshot.entries == 0 && limiter.admit(policy, key: "k", cost: 3).isAdmitted
            #expect(isUntouched)
            return error.code
        }
    }

    @Test func theExportItselfIsTaken() { #expect(code(bytes) == nil) }

    @Test func everyTruncationAndEveryFlippedBitIsFound() {
        for length in bytes.indices { #expect(code(Array(bytes[..<length])) != nil) }
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                #expect(code(damaged) != nil, "bit \(bit) of byte \(index)")
            }
        }
        #expect(code(bytes + [0]) == .damaged)
    }

    @Test func garbageIsRefused() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            let length = Int.random(in: 0...200, using: &random)
            let garbage = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(code(garbage) != nil)
            #expect(code(Array(bytes.prefix(20)) + garbage) != nil)
        }
    }

    /// Bytes that are sealed rightly and make no sense: what a fault in an exporter would look like.
    @Test func sealedNonsenseIsRefused() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<4000 {
            var body = Array(bytes.dropLast(16))
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                body[Int.random(in: 29..<body.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let seal = body.withUnsafeBytes { FingerprintKey.fixed.fingerprint(of: $0) }
            for word in [seal.high, seal.low] { withUnsafeBytes(of: word.littleEndian) { body += Array($0) } }
            let limiter = RateLimiter.manual(time)
            if (try? limiter.importState(body)) != nil {
                for cost in [0, 1, 3] { _ = limiter.admit(policy, key: "k", cost: cost) }
                _ = limiter.exportState()
            }
        }
    }

    @Test func anotherKeyAnotherVersionAndAUsedLimiterAreNamed() throws {
        #expect(code(bytes, RateLimiter(capacity: 100, time: .manual(time))) == .otherKey)
        var newer = bytes
        newer[4] = 2
        #expect(code(newer) == .version)
        #expect(code([]) == .notAnExport)
        let used = RateLimiter.manual(time)
        _ = used.admit(policy, key: "someone")
        #expect(throws: RateLimitStateError.self) { try used.importState(bytes) }
        #expect(used.snapshot.entries == 1)
    }

    @Test func moreClientsThanRoomIsRefusedAndNothingIsTaken() throws {
        let large = RateLimiter(capacity: 100, time: .manual(time), key: .fixed, shardCount: 1)
        for key in 0..<50 { _ = large.admit(policy, key: "\(key)") }
        let small = RateLimiter(capacity: 20, time: .manual(time), key: .fixed, shardCount: 1)
        #expect(code(large.exportState(), small) == .tooManyEntries)
    }
}
