import Foundation
import HardeningCore
import TokenAuth

/// Changes valid tokens at random and verifies each: nothing may crash, and nothing may pass but what a signer said.
///
///     TokenFuzz [INPUTS] [SEED]     10⁷ inputs by default
///
/// Prints one benchmark line and exits with 1 when a token passed that should not have.
@main
enum TokenFuzz {
    private static let shards = 2

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
        let inputs = max(shards, arguments.first ?? 10_000_000)
        let seed = UInt64(truncatingIfNeeded: arguments.dropFirst().first ?? 1)
        let start = TimeSource.system.monotonic
        let verdict = try await withThrowingTaskGroup(of: Verdict.self) { group in
            for shard in 0..<shards {
                group.addTask { try Shard(seed: seed &* 1_000_003 &+ UInt64(shard)).run(inputs / shards) }
            }
            var sum = Verdict()
            for try await verdict in group { sum.add(verdict) }
            return sum
        }
        let seconds = Double(TimeSource.system.monotonic.nanoseconds - start.nanoseconds) / 1e9
        for token in verdict.wrong.prefix(20) { FileHandle.standardError.write(Data("accepted: \(token)\n".utf8)) }
        let detail =
            "mutants of an HS256 token (\(verdict.signed) signed again, \(verdict.accepted) of them kept every rule and passed; "
            + "\(verdict.untouched) left as they were) and of ES256 and EdDSA tokens (\(verdict.asymmetric)), "
            + "\(Int(seconds.rounded())) s on \(shards) threads, seed \(seed)"
        print(
            """
            {"row":"token_fuzz","who":"swift-hardening","count":\(verdict.wrong.count),"inputs":\(verdict.inputs),"detail":"\(detail)"}
            """)
        exit(verdict.wrong.isEmpty ? 0 : 1)
    }
}

/// What happened to the inputs.
struct Verdict: Sendable {
    var inputs = 0
    /// Signed again by whoever has the secret.
    var signed = 0
    /// Of ``signed``, those that passed, and rightly.
    var accepted = 0
    /// Changed into themselves.
    var untouched = 0
    /// Mutants of tokens under a private key.
    var asymmetric = 0
    /// Tokens that passed and should not have.
    var wrong: [String] = []

    mutating func add(_ other: Verdict) {
        inputs += other.inputs
        signed += other.signed
        accepted += other.accepted
        untouched += other.untouched
        asymmetric += other.asymmetric
        wrong += other.wrong
    }
}
