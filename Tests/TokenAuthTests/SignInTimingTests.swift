import HardeningCore
import Testing
import TokenAuth

/// Known and unknown accounts cannot be told apart by the time an answer takes.
///
/// The rank-sum test of Wilcoxon, Mann and Whitney over interleaved sign-ins: under equal work its score is that of a standard
/// normal variable, and leaves ±5 once in 1.7 million runs. Each pair meets the same load, so a busy machine adds noise and no bias.
@Suite(.timeLimit(.minutes(60))) struct SignInTimingTests {
    static let pairs = 150
    static let bound = 5.0
    private let clock = TimeSource.system

    /// The standard score of the hypothesis that two ways take equally long.
    private func score(
        seed: UInt64, _ known: () async throws -> Bool, _ unknown: () async throws -> Bool
    ) async throws -> Double {
        var generator = SeededGenerator(state: seed)
        var samples: [(duration: Int64, isKnown: Bool)] = []
        for _ in 0..<Self.pairs {
            let knownFirst = Bool.random(using: &generator)
            for isKnown in [knownFirst, !knownFirst] {
                let start = clock.monotonic
                let isRight = try await isKnown ? known() : unknown()
                samples.append((Int64(clock.monotonic.nanoseconds - start.nanoseconds), isKnown))
                #expect(!isRight)
            }
        }
        return Self.score(samples)
    }

    static func score(_ samples: [(duration: Int64, isKnown: Bool)]) -> Double {
        let sorted = samples.sorted { $0.duration < $1.duration }
        let ranks = sorted.enumerated().reduce(0) { $0 + ($1.element.isKnown ? $1.offset + 1 : 0) }
        let count = Double(samples.count / 2)
        let mean = count * (2 * count + 1) / 2
        let deviation = (count * count * (2 * count + 1) / 12).squareRoot()
        return (Double(ranks) - mean) / deviation
    }

    @Test func `a wrong password takes as long as an unknown account`() async throws {
        let hasher = PasswordHasher(uncheckedCost: 5, threads: 1)
        let hash = try await hasher.hash("correct horse battery")
        let score = try await score(
            seed: 1, { try await hasher.verify(password: "wrong horse battery", hash: hash) },
            { try await hasher.verifyUnknownAccount(password: "wrong horse battery") })
        #expect(abs(score) < Self.bound, "\(score)")
    }

    @Test func `so does a password that no account can have, and a hash of a lower cost`() async throws {
        let hasher = PasswordHasher(uncheckedCost: 5, threads: 1)
        let hash = try await hasher.hash("correct horse battery")
        let tooLong = String(repeating: "x", count: 73)
        let impossible = try await score(
            seed: 2, { try await hasher.verify(password: tooLong, hash: hash) },
            { try await hasher.verifyUnknownAccount(password: "wrong horse battery") })
        #expect(abs(impossible) < Self.bound, "\(impossible)")
        let weak = try await PasswordHasher(uncheckedCost: 4, threads: 1).hash("correct horse battery")
        let older = try await score(
            seed: 3, { try await hasher.verify(password: "wrong horse battery", hash: weak) },
            { try await hasher.verifyUnknownAccount(password: "wrong horse battery") })
        #expect(abs(older) < Self.bound, "\(older)")
    }

    /// A damaged row must not be told from an account by how soon it is refused; reading two hashes may take it longer.
    @Test(arguments: ["", "plain", "$2b$31$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"])
    func `a stored hash that cannot be read is refused no sooner`(_ hash: String) async throws {
        let hasher = PasswordHasher(uncheckedCost: 5, threads: 1)
        let damaged = try await score(
            seed: 5,
            {
                do throws(PasswordError) {
                    return try await hasher.verify(password: "wrong horse battery", hash: hash)
                } catch .malformedHash {
                    return false
                }
            },
            { try await hasher.verifyUnknownAccount(password: "wrong horse battery") })
        #expect(damaged > -Self.bound, "\(damaged)")
    }

    @Test func `the score sees a shift of a tenth of the spread, and none where there is none`() {
        var generator = SeededGenerator(state: 4)
        func samples(shift: Int64) -> [(duration: Int64, isKnown: Bool)] {
            (0..<20_000).map { index in
                (Int64.random(in: 0..<1_000, using: &generator) + (index % 2 == 0 ? shift : 0), index % 2 == 0)
            }
        }
        #expect(abs(Self.score(samples(shift: 0))) < Self.bound)
        #expect(Self.score(samples(shift: 100)) > Self.bound)
        #expect(Self.score(samples(shift: -100)) < -Self.bound)
    }
}
