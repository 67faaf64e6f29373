public import HardeningCore
import Synchronization

/// Stops guessing of passwords: counts failed sign-ins per account and per address, and locks both for a while.
///
/// ```swift
/// switch lockout.begin(account: email, address: address) {
/// case .locked(let retryAfter): return .tooManyRequests(retryAfter)
/// case .allowed(let attempt):
///     guard try await passwords.verify(email, password) else { attempt.failed(); return .unauthorized }
///     attempt.succeeded()
/// }
/// ```
///
/// **An attempt counts as failed when it begins**, and success or cancellation takes that back: a thousand parallel guesses
/// get no further than five in a row. A refused attempt changes nothing: it does not extend the lock, and it is not counted
/// for the account when the address is locked, nor the other way round. Locks count from when the attempt began.
///
/// **Success** forgets what failed for the account, except attempts that are still under way. For the address it takes back
/// its own attempt only: otherwise a guesser would sign in to an account of their own between guesses.
///
/// **Unknown accounts** are counted as any other; nothing here knows which exist, and every answer takes the same steps.
///
/// **Memory** is fixed when it is made, 128 bytes for each of `capacity` accounts and 128 for each of as many addresses. Keys are kept as
/// fingerprints. A flood of invented accounts neither frees a locked one nor takes memory: only what cannot be told from
/// new is replaced, and newcomers without room are counted in shared cells, which may count too much and never too little.
///
/// **Cost.** One lock and one clock reading, O(1), no allocation. For one process.
public final class Lockout: Sendable {
    /// Whether a sign-in may be tried.
    public enum Decision: ~Copyable, Sendable {
        /// Check the password, then settle the attempt.
        case allowed(Attempt)
        /// Do not check it; after this long another attempt is allowed, if none fails in the meantime.
        case locked(retryAfter: Duration)
    }

    struct Receipt: BitwiseCopyable, Sendable {
        var account: LockoutBook.Receipt
        var address: LockoutBook.Receipt?
    }

    private struct State: Sendable {
        var accounts: LockoutBook
        var addresses: LockoutBook
        var random: UInt64
    }

    /// Locks that fell, in order, outside the lock.
    public let events: EventChannel<AbuseEvent>
    private let time: TimeSource
    private let key: FingerprintKey
    private let state: Mutex<State>

    /// - Parameters:
    ///   - accounts: when an account is locked.
    ///   - addresses: when an address is (IPv6: a /64).
    ///   - capacity: accounts, and addresses, that may have failed at once; 1…1,000,000, what is outside becomes the nearest.
    ///   - time: the clocks; only the monotonic one decides.
    ///   - key: random unless fingerprints must agree with those made elsewhere.
    public convenience init(
        accounts: LockoutPolicy = .escalating, addresses: LockoutPolicy = .escalatingForAddresses, capacity: Int = 16_384,
        time: TimeSource = .system, key: FingerprintKey = FingerprintKey()
    ) {
        var generator = SystemRandomNumberGenerator()
        self.init(
            accounts: accounts, addresses: addresses, capacity: capacity, time: time, key: key, seed: generator.next(),
            events: EventChannel())
    }

    package init(
        accounts: LockoutPolicy, addresses: LockoutPolicy, capacity: Int, time: TimeSource, key: FingerprintKey, seed: UInt64,
        events: EventChannel<AbuseEvent>
    ) {
        let capacity = min(max(1, capacity), 1_000_000)
        self.events = events
        self.time = time
        self.key = key
        state = Mutex(
            State(
                accounts: LockoutBook(accounts, capacity: capacity), addresses: LockoutBook(addresses, capacity: capacity), random: seed))
    }
}

// MARK: - Deciding

extension Lockout {
    /// Asks to try a password, and counts the attempt as failed until it is settled otherwise.
    ///
    /// - Parameters:
    ///   - account: its one canonical name, whether it exists or not. Only the first 1024 bytes count.
    ///   - address: where the attempt comes from; nil counts for the account alone.
    public func begin(account: String, address: IPAddress?) -> Decision {
        begin(key.fingerprint(ofBeginning: account), address.map(key.fingerprint(ofClient:)), at: time.monotonic)
    }

    func begin(_ account: Fingerprint, _ address: Fingerprint?, at now: MonotonicTime) -> Decision {
        let now = now.nanoseconds
        var wait: Int64 = 0
        let receipt = state.withLock { state -> Receipt? in
            wait = Self.wait(state, account, address, now)
            guard wait == 0 else { return nil }
            return Receipt(
                account: state.accounts.charge(account, now: now, chance: Self.next(&state.random)),
                address: address.map { state.addresses.charge($0, now: now, chance: Self.next(&state.random)) })
        }
        guard let receipt else { return .locked(retryAfter: .nanoseconds(wait)) }
        return .allowed(Attempt(lockout: self, receipt: receipt))
    }

    /// How long an attempt would have to wait, without counting one; nil when it would be allowed.
    public func wait(account: String, address: IPAddress?) -> Duration? {
        wait(key.fingerprint(ofBeginning: account), address.map(key.fingerprint(ofClient:)), at: time.monotonic)
    }

    func wait(_ account: Fingerprint, _ address: Fingerprint?, at now: MonotonicTime) -> Duration? {
        let wait = state.withLock { Self.wait($0, account, address, now.nanoseconds) }
        return wait > 0 ? .nanoseconds(wait) : nil
    }

    private static func wait(_ state: borrowing State, _ account: Fingerprint, _ address: Fingerprint?, _ now: Int64) -> Int64 {
        max(state.accounts.wait(account, now: now), address.map { state.addresses.wait($0, now: now) } ?? 0)
    }

    func settle(_ receipt: Receipt, _ outcome: Attempt.Outcome) {
        let now = time.monotonic.nanoseconds
        state.withLock { state in
            switch outcome {
            case .failed:
                if state.accounts.settle(receipt.account, .failed, now: now) { report("account", receipt.account.key) }
                if let address = receipt.address, state.addresses.settle(address, .failed, now: now) { report("address", address.key) }
            case .succeeded:
                state.accounts.settle(receipt.account, .succeeded(resets: true), now: now)
                if let address = receipt.address { state.addresses.settle(address, .succeeded(resets: false), now: now) }
            case .cancelled:
                state.accounts.settle(receipt.account, .cancelled, now: now)
                if let address = receipt.address { state.addresses.settle(address, .cancelled, now: now) }
            }
        }
        events.deliver()
    }

    private func report(_ rule: String, _ client: Fingerprint) {
        events.record(AbuseEvent(kind: .locked, reason: AbuseReason(stage: .lockout, rule: rule), client: client))
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014), seeded by the system: jitter has to spread, not to keep a secret.
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

// MARK: - For operators

extension Lockout {
    /// Forgets the failures of an account, for the owner who calls.
    ///
    /// - Returns: false when there was nothing to forget, or only in cells shared with others, which has to run out.
    @discardableResult
    public func lift(account: String) -> Bool {
        let (account, now) = (key.fingerprint(ofBeginning: account), time.monotonic.nanoseconds)
        return state.withLock { $0.accounts.lift(account, now: now) }
    }

    /// Forgets the failures from an address; see ``lift(account:)``.
    @discardableResult
    public func lift(address: IPAddress) -> Bool {
        let (address, now) = (key.fingerprint(ofClient: address), time.monotonic.nanoseconds)
        return state.withLock { $0.addresses.lift(address, now: now) }
    }

    /// How much is counted.
    ///
    /// Looks at every slot: for status pages, not for requests.
    public var snapshot: Snapshot {
        let now = time.monotonic.nanoseconds
        return state.withLock { state in
            Snapshot(
                accounts: state.accounts.count(now: now), lockedAccounts: state.accounts.lockedCount(now: now),
                addresses: state.addresses.count(now: now), lockedAddresses: state.addresses.lockedCount(now: now),
                shared: state.accounts.shared &+ state.addresses.shared, bytes: state.accounts.byteCount + state.addresses.byteCount)
        }
    }

    public struct Snapshot: Sendable, Hashable {
        /// Accounts with failures, locked or not.
        public let accounts: Int
        public let lockedAccounts: Int
        public let addresses: Int
        public let lockedAddresses: Int
        /// Attempts since the start that were counted in shared cells.
        ///
        /// When this grows, capacity is too small, or somebody floods.
        public let shared: UInt64
        public let bytes: Int
    }
}
