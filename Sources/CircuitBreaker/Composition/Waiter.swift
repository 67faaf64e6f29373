public import HardeningCore

/// A clock, and the one way to wait on it.
///
/// Everything here that waits accepts one, `.system` by default, so that a test moves time by hand instead of sleeping.
public struct Waiter: Sendable {
    private enum Origin: Sendable {
        case system
        case manual(ManualWaiter)
    }

    private let origin: Origin

    /// The clocks of the operating system and `Task.sleep`.
    public static let system = Waiter(origin: .system)

    /// Waits that end when ``ManualWaiter/advance(by:)`` passes them.
    public static func manual(_ waiter: ManualWaiter) -> Waiter {
        Waiter(origin: .manual(waiter))
    }

    /// The clock it waits on.
    public var time: TimeSource {
        switch origin {
        case .system: .system
        case .manual(let waiter): .manual(waiter.time)
        }
    }

    /// Returns at `moment` or later, at once if it has passed.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled, and nothing else.
    public func wait(until moment: MonotonicTime) async throws {
        switch origin {
        case .manual(let waiter): try await waiter.wait(until: moment)
        case .system:
            try Task.checkCancellation()
            while true {
                let remaining = moment.duration(since: TimeSource.system.monotonic)
                guard remaining > .zero else { return }
                // In days: the runtime's own arithmetic is not made for centuries.
                try await Task.sleep(for: min(remaining, .seconds(86_400)))
            }
        }
    }
}
