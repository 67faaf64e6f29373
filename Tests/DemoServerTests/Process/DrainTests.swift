import Foundation
import NIOHTTP1
import Testing

@testable import DemoServer

/// SIGTERM lets what is under way end, and nothing new begin.
@Suite(.serialized, .timeLimit(.minutes(60))) struct DrainTests {
    private static let question = #"{"message":"\#(ChatStreamTests.long)","session_id":"s"}"#
    private static let streamed = #"{"message":"\#(ChatStreamTests.long)","session_id":"s","stream":true}"#

    @Test func aChatUnderWayIsAnsweredAndItsCostKept() async throws {
        try await HeldProvider.run { provider, environment in
            var (token, spent) = ("", "")
            let outcome = try await DemoProcess.serving(environment) { server in
                let signedIn = try await server.signIn()
                async let chat = server.send(.POST, "/api/chat", body: Self.question, token: signedIn)
                try await provider.arrived.value
                server.terminate()
                try await server.refusesConnections()
                provider.release.settle(.success(()))
                let answer = try await chat
                #expect(answer.status == 200 && (answer.json["reply"] as? String)?.contains(ChatStreamTests.long.dropLast()) == true)
                (token, spent) = (signedIn, try #require(answer.cost))
            }
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            let again = try await DemoProcess.serving(environment) { server in
                let costs = try await server.get("/api/costs", token: token)
                #expect(costs.status == 200, "the account and its session are still there")
                #expect(costs.amount("total_usd") == spent && costs.amount("held_usd") == "0")
                #expect(try await server.get("/health/costs").amount("daily_cost_usd") == spent)
            }
            #expect(again.status == 0 && again.errors.isEmpty, "\(again.errors)")
        }
    }

    @Test func aStreamUnderWayIsSentToItsEnd() async throws {
        try await HeldProvider.run { provider, environment in
            let outcome = try await DemoProcess.serving(environment) { server in
                let token = try await server.signIn()
                let socket = try RawSocket(port: server.port)
                socket.send(
                    """
                    POST /api/chat HTTP/1.1\r\nHost: demo\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r
                    Content-Length: \(Self.streamed.utf8.count)\r\n\r\n\(Self.streamed)
                    """.utf8)
                let begun = try await onThread { Result { try socket.receive(until: "event: delta") } }.get()
                try await provider.arrived.value
                server.terminate()
                try await server.refusesConnections()
                provider.release.settle(.success(()))
                let rest = try await onThread { Result { try socket.receiveAll() } }.get()
                let responses = try RawResponse.all(in: begun + rest)
                let text = String(decoding: try #require(responses.first).body, as: UTF8.self)
                #expect(responses.map(\.status) == [200] && text.contains("event: done") && !text.contains("event: error"), "\(text)")
            }
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
    }

    /// Neither a silent connection nor half a request is a reason to stay.
    @Test func whoHasNotAskedYetDoesNotDelayTheEnd() async throws {
        let outcome = try await DemoProcess.serving([:]) { server in
            let idle = try RawSocket(port: server.port)
            idle.send("GET /health HTTP/1.1\r\nHost: demo\r\n\r\n".utf8)
            _ = try await onThread { Result { try idle.receive(until: "HEALTHY") } }.get()
            let half = try RawSocket(port: server.port)
            half.send(SlowClients.half.utf8)
            _ = try await server.signIn()
            server.terminate()
            _ = try await onThread { Result { (try idle.receiveAll(), try half.receiveAll()) } }.get()
        }
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    }
}

extension DemoProcess {
    /// Waits until nobody listens any more.
    fileprivate func refusesConnections() async throws {
        while true {
            do throws(RawSocket.Failure) {
                _ = try RawSocket(port: port)
                await Task.yield()
            } catch .noConnection(ECONNREFUSED) {
                return
            } catch .noConnection(ECONNRESET) {
                // It was still in the queue of the socket that was being closed.
                await Task.yield()
            }
        }
    }
}

extension RawSocket {
    /// Reads on until `text` is among what has come.
    fileprivate func receive(until text: String) throws(Failure) -> [UInt8] {
        var received: [UInt8] = []
        while !String(decoding: received, as: UTF8.self).contains(text) {
            let chunk = try receive()
            guard !chunk.isEmpty else { throw .silence }
            received += chunk
        }
        return received
    }
}
