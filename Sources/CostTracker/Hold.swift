public import HardeningCore

/// The number of a hold, unique within its store.
public struct HoldID: RawRepresentable, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Money set aside for one request, before it is sent.
///
/// `reserved` → `dispatched` → `settled`. A reserved hold can be released, or expires and gives its
/// money back. A dispatched one cannot: the provider may have charged. Past its deadline it is in
/// `suspense` and stays counted until it is settled, however late.
///
/// Immutable; a class so that passing it on copies one reference.
public final class Hold: Sendable {
    public let id: HoldID
    public let key: String?
    public let request: PricedRequest
    /// The upper bound of the cost.
    public let amount: Money
    public let reservedAt: Timestamp
    /// When the money goes back unless the hold is dispatched first.
    public let expiresAt: Timestamp

    public init(id: HoldID, key: String?, request: PricedRequest, amount: Money, reservedAt: Timestamp, expiresAt: Timestamp) {
        self.id = id
        self.key = key
        self.request = request
        self.amount = amount
        self.reservedAt = reservedAt
        self.expiresAt = expiresAt
    }
}

extension Hold: Equatable {
    public static func == (left: Hold, right: Hold) -> Bool {
        left === right
            || (left.id == right.id && left.key == right.key && left.request == right.request && left.amount == right.amount
                && left.reservedAt == right.reservedAt && left.expiresAt == right.expiresAt)
    }
}

/// Where a hold stands.
public enum HoldState: String, Sendable, Hashable, CaseIterable {
    case reserved
    case dispatched
    case suspense
    case settled
    case released
    case expired
}
