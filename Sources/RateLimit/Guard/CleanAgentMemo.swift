import HardeningCore
import Synchronization

/// The user agents seen lately about which no rule says anything, so that the next request with one need not be searched.
///
/// Browsers send a hundred bytes that half the visitors share. A keyed fingerprint of them costs a fifth of the search. Two
/// agents are taken for one by chance once in 2⁷²; without the key nobody can construct two. 256 slots, the last one stays.
final class CleanAgentMemo: Sendable {
    private final class Slot: Sendable {
        let mark = Atomic<UInt64>(0)
    }

    private let slots = (0..<256).map { _ in Slot() }

    func contains(_ agent: Fingerprint) -> Bool {
        slots[Int(agent.high & 255)].mark.load(ordering: .relaxed) == agent.low
    }

    func insert(_ agent: Fingerprint) {
        slots[Int(agent.high & 255)].mark.store(agent.low, ordering: .relaxed)
    }
}
