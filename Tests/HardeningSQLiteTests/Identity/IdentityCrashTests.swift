import Foundation
import HardeningCore
import HardeningSQLite
import Testing
import TokenAuth

/// A process that revokes is killed with SIGKILL again and again; what it had acknowledged is refused ever after.
@Suite(.timeLimit(.minutes(60))) struct IdentityCrashTests {
    @Test func `what was acknowledged before kill -9 is refused after every restart, and nothing else is`() async throws {
        var random = SeededGenerator(state: 4_711)
        let crasher = try ChildProcess.executable("IdentityCrasher")
        let folder = try TemporaryFolder()
        var acknowledged: [String: [String]] = [:]
        for round in 0..<30 {
            let enough = Int.random(in: 1...80, using: &random)
            let child = try ChildProcess(crasher, ["revoke", folder.identity, "\(round)"])
            for line in child.lines(killedWhen: { $0.count >= enough }) {
                let words = line.split(separator: " ").map(String.init)
                try #require(words.count == 2, "\(line)")
                acknowledged[words[0], default: []].append(words[1])
            }
            try await check(folder, acknowledged)
        }
        for kind in ["token", "session", "subject", "live"] { #expect(acknowledged[kind, default: []].count > 30) }
    }

    private func check(_ folder: TemporaryFolder, _ acknowledged: [String: [String]]) async throws {
        let bench = try IdentityBench(folder: folder)
        bench.time.advance(by: .seconds(60))
        let tokens = try await bench.tokens()
        let rules: [String: TokenError.Rule] = ["token": .revoked, "session": .sessionRevoked, "subject": .subjectRevoked]
        for (kind, texts) in acknowledged {
            for text in texts {
                let refusal = await failure(of: text, tokens)
                #expect(refusal == rules[kind], "\(kind)")
            }
        }
        try await bench.database.close()
    }

    private func failure(of text: String, _ tokens: TokenService) async -> TokenError.Rule? {
        do {
            _ = try tokens.verify(text)
            return nil
        } catch {
            return error.rule
        }
    }
}
