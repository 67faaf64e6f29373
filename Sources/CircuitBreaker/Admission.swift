package import HardeningCore

/// What a call must show when it settles: when in the breaker's life it began.
///
/// Trivial, so that a scope can keep it without touching a reference count.
@usableFromInline
package struct Admission: Sendable, Hashable, BitwiseCopyable {
    /// The generation the call was admitted in; in any other it is late.
    package let generation: UInt64
    /// The number of the probe, or 0 for a call of the closed or disabled state.
    package let probe: UInt64
    /// When the call began; only meaningful when the configuration has use for it.
    package let startedAt: MonotonicTime
    /// Its place among the calls in flight, or 0 when those are not watched.
    package let ticket: Int32

    @inline(__always)
    init(
        generation: UInt64, probe: UInt64 = 0, startedAt: MonotonicTime = MonotonicTime(nanoseconds: .max), ticket: Int32 = 0
    ) {
        self.generation = generation
        self.probe = probe
        self.startedAt = startedAt
        self.ticket = ticket
    }

    package var isProbe: Bool { probe != 0 }
}
