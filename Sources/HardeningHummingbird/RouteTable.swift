import HTTPHardening
public import Hummingbird
import Synchronization

/// The routes of a finished router, for telling "wrong method" from "no such page".
///
/// Middleware is added before routes, so the table is handed to ``ErrorMiddleware`` empty and filled
/// once all routes are there.
public final class RouteTable: Sendable {
    private let table = Mutex(AllowedMethods())

    public init() {}

    /// Takes over the routes of `router`.
    ///
    /// Call it after the last route was added.
    public func fill(from router: Router<some RequestContext>) {
        var allowed = AllowedMethods()
        for route in router.routes { allowed.add(route.method.rawValue, route.path.description) }
        table.withLock { $0 = allowed }
    }

    func methods(for path: some StringProtocol) -> [String] {
        table.withLock { $0 }.methods(for: path)
    }
}
