import CostTracker
import Foundation
import HardeningCore
import HardeningSQLite
import NIOHTTP1
import Testing

@testable import DemoServer

/// SIGKILL in the middle of a chat: what is known is stated to the pico-dollar, and what is not is counted at its most.
@Suite(.serialized, .timeLimit(.minutes(60))) struct KillTests {
    private static let message = ChatStreamTests.long.dropLast()

    private static func question(stream: Bool) -> String {
        #"{"message":"\#(message)","session_id":"s","max_tokens":800,"stream":\#(stream)}"#
    }

    /// The most that the question can cost by the published prices: $2 and $10 a million tokens of claude-sonnet-5-5.
    ///
    /// A byte is a token at most, a request's frame 64; a stream holds for three times its tokens.
    private static func bound(stream: Bool) -> Money {
        let input = Int64(message.utf8.count + 64) * 2_000_000
        return Money(picoUSD: input + 800 * (stream ? 3 : 1) * 10_000_000)
    }

    @Test(arguments: [false, true]) func theMoneyIsStatedExactlyAfterwards(isStream: Bool) async throws {
        try await HeldProvider.run { provider, environment in
            var (token, spent) = ("", "")
            let held = Self.bound(stream: isStream).jsonNumber
            let outcome = try await DemoProcess.serving(environment) { server in
                let signedIn = try await server.signIn()
                let first = try await server.send(.POST, "/api/chat", body: #"{"message":"Hello","session_id":"s"}"#, token: signedIn)
                (token, spent) = (signedIn, try #require(first.cost, "\(first.text)"))
                async let chat = try? server.send(.POST, "/api/chat", body: Self.question(stream: isStream), token: signedIn)
                try await provider.arrived.value
                try await Self.expect(server, token, settled: spent, held: held)
                server.kill()
                _ = await chat
            }
            #expect(outcome.status == SIGKILL && outcome.errors.isEmpty, "\(outcome.errors)")
            let again = try await DemoProcess.serving(environment) { server in
                try await Self.expect(server, token, settled: spent, held: held)
                _ = try await server.signIn()
                // It goes on counting from there.
                let next = try await server.send(.POST, "/api/chat", body: #"{"message":"Hello","session_id":"s"}"#, token: token)
                #expect(next.cost == spent)
            }
            #expect(again.status == 0 && again.errors.isEmpty, "\(again.errors)")
            let directory = try #require(environment["DATA_DIR"])
            try await Self.expectSuspense(of: Self.bound(stream: isStream), settled: spent, in: directory)
        }
    }

    private static func expect(_ server: DemoProcess, _ token: String, settled: String, held: String) async throws {
        let costs = try await server.get("/api/costs", token: token)
        #expect(costs.status == 200, "the account and its session are still there")
        #expect(costs.amount("total_usd") == settled && costs.amount("requests") == "1", "\(costs.text)")
        #expect(costs.amount("held_usd") == held, "a request that left may have been charged: \(costs.text)")
        #expect(costs.amount("suspense_usd") == "0" && costs.amount("refunded_usd") == "0", "\(costs.text)")
        #expect(try await server.get("/health/costs").amount("daily_cost_usd") == settled)
    }

    /// Nobody settles it any more: when its time is over it is in suspense, whole, and still counted.
    private static func expectSuspense(of held: Money, settled: String, in directory: String) async throws {
        let time = ManualTime(timestamp: TimeSource.system.timestamp)
        let store = try SQLiteLedgerStore(path: directory + "/ledger.sqlite")
        let ledger = try CostLedger(budgets: [], store: store, time: .manual(time))
        let spent = try Money.usd(settled)
        let twice = Money(picoUSD: 2 * spent.picoUSD)
        for (wait, isOver) in [(Duration.zero, false), (.seconds(3600), true)] {
            time.advance(by: wait)
            let model = try await ledger.summary(model: "claude-sonnet-5-5")
            #expect(model.used == twice && model.requests == 2)
            #expect(model.held == (isOver ? .zero : held) && model.suspense == (isOver ? held : .zero), "\(model)")
        }
        try store.close()
    }
}
