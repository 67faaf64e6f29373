import Synchronization
import Testing

@testable import HardeningHummingbird

@Suite struct InFlightLimitTests {
    private final class Seen: Sendable {
        let worst = Atomic(0)
        private let inside = Atomic(0)

        func enter() { worst.max(inside.add(1, ordering: .relaxed).newValue, ordering: .relaxed) }
        func leave() { inside.subtract(1, ordering: .relaxed) }
    }

    @Test func placesAreTakenAndGivenBackOnce() throws {
        let limit = InFlightLimit(2)
        let first = try #require(limit.enter())
        var second = limit.enter()
        #expect(second != nil && limit.enter() == nil && limit.count == 2)
        first.leave()
        first.leave()
        #expect(limit.count == 1, "leaving twice frees one place")
        second = nil
        #expect(second == nil && limit.count == 0, "a dropped place is free")
    }

    @Test(arguments: [0, -1, Int.min]) func aLimitOfNothingIsOne(maximum: Int) {
        let limit = InFlightLimit(maximum)
        let place = limit.enter()
        #expect(limit.maximum == 1 && place != nil && limit.enter() == nil)
    }

    /// Refused ones must neither take places nor keep others out.
    @Test(.timeLimit(.minutes(60))) func racingRequestsNeverExceedTheLimitAndLeaveItEmpty() async {
        let limit = InFlightLimit(3)
        let seen = Seen()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<2000 {
                        guard let place = limit.enter() else { continue }
                        seen.enter()
                        await Task.yield()
                        seen.leave()
                        place.leave()
                    }
                }
            }
        }
        #expect((1...3).contains(seen.worst.load(ordering: .relaxed)))
        #expect(limit.count == 0)
    }
}
