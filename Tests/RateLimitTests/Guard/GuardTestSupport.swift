import HardeningCore
import RateLimit

/// A guard on a manual clock, and visitors for it.
struct GuardBench {
    static let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    static let home = IPAddress(v4: 0xc000_0201)  // 192.0.2.1

    let time = ManualTime()
    let guardian: AbuseGuard

    init() { self.init { _ in } }

    init(_ change: (inout AbuseGuard.Configuration) throws -> Void) rethrows {
        var configuration = AbuseGuard.Configuration()
        configuration.lockoutCapacity = 64
        configuration.watchCapacity = 64
        try change(&configuration)
        // The same fingerprints in every run.
        let key = FingerprintKey(Secret((0..<16).map { UInt8($0 * 7) })) ?? FingerprintKey()
        guardian = AbuseGuard(configuration, time: .manual(time), key: key)
    }

    func visitor(
        _ address: IPAddress? = Self.home, user: String? = nil, agent: String? = Self.browser, country: String? = nil,
        account: String? = nil
    ) -> AbuseGuard.Visitor {
        AbuseGuard.Visitor(address: address, user: user, userAgent: agent, country: country, account: account)
    }

    func count(_ rule: String) -> UInt64? { guardian.snapshot.counts.first { $0.rule == rule }?.count }
}

/// What a test does with an attempt it was allowed.
enum AttemptEnd: CaseIterable, Sendable {
    case failed
    case succeeded
    case cancelled
    case dropped
}

extension Lockout {
    static func manual(_ time: ManualTime, _ accounts: LockoutPolicy, addresses: LockoutPolicy? = nil, capacity: Int = 64) -> Lockout {
        Lockout(accounts: accounts, addresses: addresses ?? accounts, capacity: capacity, time: .manual(time))
    }

    /// Tries once.
    ///
    /// - Returns: nil when the attempt was allowed, else how long to wait.
    @discardableResult
    func attempt(_ account: String, _ address: IPAddress? = nil, _ end: AttemptEnd = .failed) -> Duration? {
        switch begin(account: account, address: address) {
        case .locked(let wait): return wait
        case .allowed(let attempt):
            switch end {
            case .failed: attempt.failed()
            case .succeeded: attempt.succeeded()
            case .cancelled: attempt.cancelled()
            case .dropped: break
            }
            return nil
        }
    }
}

/// The code of the rule error that `body` throws; nil when it throws none.
func abuseRuleCode(_ body: () throws -> Void) -> AbuseRuleError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? AbuseRuleError)?.code
    }
}
