public import HardeningCore
import Synchronization

/// One breaker per tenant, model or host, made on first use, bounded in number.
///
/// ```swift
/// let hosts = BreakerRegistry(capacity: 512, configuration: .preset(failures: 5, openFor: .seconds(10)))
/// let page = try await hosts.breaker(for: url.host).run { try await fetch(url) }
/// ```
///
/// When it is full, a breaker that is closed without a failure and that nobody holds makes room: nothing
/// is forgotten with it. An open, half-open, isolated or disabled one is never evicted, so a flood of
/// fresh keys cannot free a dependency that is cut off. If there is nothing to evict, all further keys
/// share ``overflow``: still protected, but together.
///
/// Do not keep breakers in long-lived properties: those are never evicted.
///
/// Cost of a look-up: one lock, one hash. Memory: at most `capacity` + 1 breakers and their keys.
public final class BreakerRegistry: Sendable {
    public let capacity: Int
    /// Events of all its breakers; those of one breaker are in order.
    public let events = EventChannel<Breaker.Event>()
    /// Guards what finds no room of its own.
    public let overflow: Breaker

    private let time: TimeSource
    private let configuration: @Sendable (String) -> Breaker.Configuration
    private let outcomeOfError: @Sendable (any Error) -> Breaker.Outcome
    private let table: Mutex<BreakerTable>

    /// - Parameters:
    ///   - capacity: breakers kept, at least 1.
    ///   - configuration: of all breakers.
    public convenience init(
        capacity: Int = 1024,
        configuration: Breaker.Configuration,
        time: TimeSource = .system,
        outcomeOfError: @escaping @Sendable (any Error) -> Breaker.Outcome = Breaker.outcome(ofError:)
    ) {
        self.init(capacity: capacity, time: time, outcomeOfError: outcomeOfError) { _ in configuration }
    }

    /// - Parameters:
    ///   - capacity: breakers kept, at least 1.
    ///   - configuration: of the breaker of a key, asked outside the lock when the key is first used, and
    ///     once with `"overflow"`.
    public init(
        capacity: Int = 1024,
        time: TimeSource = .system,
        outcomeOfError: @escaping @Sendable (any Error) -> Breaker.Outcome = Breaker.outcome(ofError:),
        configuration: @escaping @Sendable (String) -> Breaker.Configuration
    ) {
        self.capacity = max(1, capacity)
        table = Mutex(BreakerTable(capacity: self.capacity))
        self.time = time
        self.configuration = configuration
        self.outcomeOfError = outcomeOfError
        overflow = Breaker("overflow", configuration("overflow"), time: time, events: events, outcomeOfError: outcomeOfError)
    }

    /// The breaker of `key`, made if there is none, or ``overflow`` if there is no room.
    public func breaker(for key: String) -> Breaker {
        if let known = table.withLock({ $0.find(key) }) { return known }
        let fresh = Breaker(key, configuration(key), time: time, events: events, outcomeOfError: outcomeOfError)
        return table.withLock { table in
            table.find(key) ?? (table.insert(fresh, for: key) ? fresh : overflow)
        }
    }

    /// Number of breakers kept, ``overflow`` not counted.
    public var count: Int { table.withLock { $0.count } }

    /// What all breakers kept are doing, by name, for health pages; O(n log n).
    public var snapshots: [Breaker.Snapshot] {
        breakers.map(\.snapshot)
    }

    /// All breakers kept, by name.
    public var breakers: [Breaker] {
        table.withLock { $0.breakers }.sorted { $0.name < $1.name }
    }
}
