import HardeningCore
import Synchronization

/// The handles on a simulated upstream: its mode per provider, and what has reached it.
///
/// Safe to use from any task while requests are in flight. A mode applies to requests that arrive
/// after it was set; those in flight keep theirs. Memory: fixed.
final class UpstreamControl: Sendable {
    /// Something that happened to one request.
    struct Event: Sendable, Hashable {
        enum Phase: Sendable, Hashable {
            /// The request's head is here; its mode is decided.
            case arrived(UpstreamMode)
            /// A response begins.
            case answered(status: Int)
            /// No response: the client went, or the upstream was cancelled.
            case abandoned
        }

        var provider: Provider
        /// Counts a provider's requests from 1.
        var number: UInt64
        var phase: Phase
    }

    private struct State {
        var modes: [Provider: UpstreamMode] = [:]
        var counts: [Provider: UInt64] = [:]
    }

    /// Every request's arrival and end, in order per request.
    let events = EventChannel<Event>()
    private let state = Mutex(State())

    /// `ok` until set.
    func mode(of provider: Provider) -> UpstreamMode {
        state.withLock { $0.modes[provider] ?? .ok }
    }

    func setMode(_ mode: UpstreamMode, of provider: Provider) {
        state.withLock { $0.modes[provider] = mode }
    }

    /// Requests that reached a provider's route since the start, whatever became of them.
    func requestCount(of provider: Provider) -> UInt64 {
        state.withLock { $0.counts[provider] ?? 0 }
    }

    /// Counts a request and decides its mode, in one step.
    func admit(_ provider: Provider) -> (number: UInt64, mode: UpstreamMode) {
        let admitted = state.withLock { state in
            let number = (state.counts[provider] ?? 0) + 1
            state.counts[provider] = number
            let mode = state.modes[provider] ?? .ok
            events.record(Event(provider: provider, number: number, phase: .arrived(mode)))
            return (number, mode)
        }
        events.deliver()
        return admitted
    }

    func note(_ phase: Event.Phase, of provider: Provider, number: UInt64) {
        events.send(Event(provider: provider, number: number, phase: phase))
    }
}
