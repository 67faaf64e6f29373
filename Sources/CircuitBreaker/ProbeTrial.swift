package import HardeningCore

/// The probes of one half-open state.
///
/// Memory: one lease for every probe that is out, at most `maxProbes`.
package struct ProbeTrial: Sendable, Hashable {
    package struct Lease: Sendable, Hashable {
        /// Identifies the probe among all probes ever, so that nobody hands back another's lease.
        package let serial: UInt64
        package let expires: MonotonicTime
    }

    package private(set) var leases: [Lease] = []
    package var successes = 0
    package var failures = 0

    mutating func lend(_ serial: UInt64, until expires: MonotonicTime) {
        leases.append(Lease(serial: serial, expires: expires))
    }

    /// - Returns: whether `serial` was out. It is not when its lease was reclaimed.
    mutating func handBack(_ serial: UInt64) -> Bool {
        guard let index = leases.firstIndex(where: { $0.serial == serial }) else { return false }
        leases.remove(at: index)
        return true
    }

    /// Takes back the lease that ended first, if one is over at `now`.
    ///
    /// - Returns: when it ended, or nil if no lease is over.
    mutating func reclaim(at now: MonotonicTime) -> MonotonicTime? {
        guard let earliest = nextExpiry, earliest <= now else { return nil }
        guard let index = leases.firstIndex(where: { $0.expires == earliest }) else { return nil }
        return leases.remove(at: index).expires
    }

    /// When the first probe is back or forfeit.
    var nextExpiry: MonotonicTime? { leases.lazy.map(\.expires).min() }
}
