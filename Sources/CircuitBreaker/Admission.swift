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
    /// When the call began; only meaningful with a hang threshold.
    package let startedAt: MonotonicTime

    @inline(__always)
    init(generation: UInt64, probe: UInt64 = 0, startedAt: MonotonicTime = MonotonicTime(nanoseconds: .max)) {
        self.generation = generation
        self.probe = probe
        self.startedAt = startedAt
    }

    package var isProbe: Bool { probe != 0 }
}
