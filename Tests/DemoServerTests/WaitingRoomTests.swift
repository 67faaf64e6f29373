import Testing

@testable import HardeningHummingbird

@Suite(.timeLimit(.minutes(60))) struct WaitingRoomTests {
    @Test func aFullRoomRefusesAtOnceAndWhoLeavesMakesRoom() async throws {
        let room = WaitingRoom(limit: 1)
        let waiter = Task { try await room.wait(.seconds(3600)) }
        while room.waitingCount == 0 { await Task.yield() }
        #expect(try await room.wait(.seconds(3600)) == false)
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(room.waitingCount == 0)
        for _ in 1...3 { #expect(try await room.wait(.nanoseconds(1))) }
    }

    @Test func aRoomForNobodyRefusesEverybody() async throws {
        #expect(try await WaitingRoom(limit: 0).wait(.nanoseconds(1)) == false)
    }
}
