import HardeningCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(60))) struct EventChannelTests {
    @Test func eventsArriveInOrder() {
        let channel = EventChannel<Int>()
        channel.send(0)
        let subscription = channel.subscribe()
        for event in 1...5 { channel.send(event) }
        #expect(subscription.drain() == [1, 2, 3, 4, 5])
        #expect(subscription.drain().isEmpty)
    }

    @Test func aSlowSubscriberLosesOnlyItsOwnEventsAndTheLossIsCounted() {
        let channel = EventChannel<Int>()
        let slow = channel.subscribe(capacity: 3)
        let attentive = channel.subscribe(capacity: 100)
        for event in 1...10 { channel.send(event) }
        #expect(slow.drain() == [1, 2, 3])
        #expect(slow.droppedCount == 7)
        #expect(attentive.drain() == Array(1...10))
        #expect(attentive.droppedCount == 0)
    }

    @Test func anEventIsNotEvenBuiltWithoutSubscribers() {
        let channel = EventChannel<Int>()
        let built = Mutex(0)
        func build() -> Int {
            built.withLock {
                $0 += 1; return $0
            }
        }
        channel.send(build())
        #expect(built.withLock { $0 } == 0)
        let subscription = channel.subscribe()
        channel.send(build())
        #expect(subscription.drain() == [1])
        subscription.cancel()
        channel.send(build())
        #expect(built.withLock { $0 } == 1)
    }

    @Test func eventsRecordedUnderOneLockArriveInThatOrderFromManyThreads() async {
        let channel = EventChannel<Int>()
        let subscription = channel.subscribe(capacity: 10_000)
        let owner = Owner()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 {
                        owner.decisions.withLock { decisions in
                            decisions += 1
                            channel.record(decisions)
                        }
                        channel.deliver()
                    }
                }
            }
        }
        #expect(subscription.drain() == Array(1...4000))
    }

    @Test func aWaitingReaderWakesAndCancellationEndsIt() async {
        let channel = EventChannel<Int>()
        let subscription = channel.subscribe()
        let reader = Task {
            var seen: [Int] = []
            for await event in subscription {
                seen.append(event)
                if event == 3 { break }
            }
            return seen
        }
        for event in 1...3 { channel.send(event) }
        #expect(await reader.value == [1, 2, 3])

        let waiting = Task {
            var events = subscription.makeAsyncIterator(); return await events.next()
        }
        waiting.cancel()
        #expect(await waiting.value == nil)

        let ended = Task {
            var events = subscription.makeAsyncIterator(); return await events.next()
        }
        subscription.cancel()
        #expect(await ended.value == nil)
    }

    @Test func aListenerMayCallBackIntoTheChannel() async {
        let channel = EventChannel<Int>()
        let subscription = channel.subscribe()
        let listener = Task {
            for await event in subscription where event < 5 { channel.send(event + 1) }
        }
        let observer = channel.subscribe()
        channel.send(1)
        var seen: [Int] = []
        for await event in observer {
            seen.append(event)
            if event == 5 { break }
        }
        #expect(seen == [1, 2, 3, 4, 5])
        subscription.cancel()
        await listener.value
    }

    private final class Owner: Sendable {
        let decisions = Mutex(0)
    }
}
