import HardeningCore

/// A named rule: up to four windows of one algorithm that all must have room.
///
/// ```swift
/// let chat = try RateLimitPolicy("chat", [.slidingWindow(30, per: .seconds(60)), .slidingWindow(500, per: .seconds(3600))])
/// let auth = try RateLimitPolicy("auth", parsing: "10/minute; 3/hour")
/// ```
///
/// The name is the identity: what a client used is kept under (name, client), so a policy that is replaced by
/// one of the same name and other windows goes on with what was used, as far back as the old windows looked, also
/// under another algorithm: see ``RateLimitWindow/Algorithm``. A GCRA only knows what is not yet back.
/// Two sets of windows under one name at the same time would keep rewriting each other's log: give them two names.
///
/// Plain words without references: copying one touches no reference count that threads would fight for.
public struct RateLimitPolicy: Sendable, Hashable, BitwiseCopyable {
    /// What a violated policy does.
    public enum Enforcement: Sendable, Hashable, BitwiseCopyable {
        /// It refuses.
        case enforced
        /// It decides, counts and reports as if it refused, but never refuses: for trying out a limit on live traffic.
        ///
        /// It counts apart from an enforced policy of the same name, so both can be asked in one decision.
        case shadow
    }

    public static let maximumWindows = WindowRule.maximumCount
    /// The largest limit of an exact window.
    ///
    /// The exact log of one client takes at most 8 bytes for each unit of it,
    /// twice that while it grows.
    ///
    /// Long windows hold less, because a log entry is 64 bits for moment and count: up to 1,048,576 for windows
    /// of an hour or less, 65,535 for a day, 8,191 for a week, 2,047 for 30 days. This concerns the longest window of a policy.
    ///
    /// A sliding counter takes any limit up to 4,294,967,295 for any length. A GCRA takes limits and bursts up to that,
    /// as long as a used burst is back within 366 days and burst × length / gcd(length, limit) in nanoseconds fits 63 bits.
    public static let maximumLimit = 1 << 20

    public let enforcement: Enforcement
    /// A hash of the name, the same in every process.
    private let nameHash: UInt64
    /// What is mixed into a client's fingerprint; depends on the name and the enforcement only.
    private let mask: Fingerprint
    let rule: WindowRule
    let label: PolicyName
    /// Nil when the process has made too many.
    let ruleNumber: UInt16?

    /// - Parameters:
    ///   - name: 1…64 characters of printable ASCII without `"` and `\`, because it appears in header fields. A
    ///     process may use 16,384 names.
    ///   - windows: one to four, of one algorithm and different lengths, in any order; a GCRA stands alone.
    ///   - enforcement: `.shadow` to try it out.
    /// - Throws: ``RateLimitPolicyError`` for anything else.
    public init(_ name: String, _ windows: [RateLimitWindow], enforcement: Enforcement = .enforced) throws(RateLimitPolicyError) {
        rule = try WindowRule(windows)
        label = try PolicyName(name)
        nameHash = PolicyName.stableHash(of: name)
        mask = Self.mask(nameHash, enforcement)
        ruleNumber = RuleRegistry.number(of: RuleRegistry.Rule(label: label, windows: rule))
        self.enforcement = enforcement
    }

    /// Reads windows from their compact textual form.
    ///
    /// ```
    /// windows   = window *( ";" window )
    /// window    = limit "/" [ count ] unit [ algorithm ]        10/minute    100/15 minutes    5/10s
    /// unit      = "s" | "second" | "min" | "minute" | "h" | "hour" | "d" | "day" | "week", the words also in the plural
    /// algorithm = "counter" | "burst" units                     100000/day counter    10/second burst 20
    /// ```
    /// Without an algorithm a window is exact, with a burst it is a GCRA. Numbers are plain digits without leading zeros. Spaces are allowed between the parts, nothing else is.
    ///
    /// - Throws: ``RateLimitPolicyError`` with the exact position of the first thing that is wrong.
    public init(_ name: String, parsing text: String, enforcement: Enforcement = .enforced) throws(RateLimitPolicyError) {
        let parsed = try WindowText.parse(text)
        do {
            try self.init(name, parsed.map(\.window), enforcement: enforcement)
        } catch {
            throw WindowText.located(error, in: parsed)
        }
    }

    public var name: String { label.text }

    /// The windows, shortest first.
    public var windows: [RateLimitWindow] { (0..<rule.count).map { rule.window($0) } }

    /// The same policy under other rules: what clients used is kept.
    public func replacing(windows: [RateLimitWindow]) throws(RateLimitPolicyError) -> RateLimitPolicy {
        try RateLimitPolicy(name, windows, enforcement: enforcement)
    }

    /// The same policy, trying out or in earnest.
    public func with(_ enforcement: Enforcement) -> RateLimitPolicy {
        RateLimitPolicy(copying: self, enforcement: enforcement)
    }

    private init(copying other: RateLimitPolicy, enforcement: Enforcement) {
        nameHash = other.nameHash
        mask = Self.mask(other.nameHash, enforcement)
        rule = other.rule
        label = other.label
        ruleNumber = other.ruleNumber
        self.enforcement = enforcement
    }
}

extension RateLimitPolicy {
    /// A number of its own for every name, enforced or shadow, in this process.
    var identity: UInt64 { UInt64(label.number) << 1 | (enforcement == .shadow ? 1 : 0) }

    /// The key under which this client's use of this policy is kept.
    ///
    /// It is the same in every process with the same ``FingerprintKey``, and its lowest 16 bits of ``Fingerprint/high``,
    /// which choose the shard, are the client's own: a kept key finds its client in another process, among any number of shards.
    @inline(__always)
    func key(of client: Fingerprint) -> Fingerprint {
        Fingerprint(high: client.high ^ mask.high, low: client.low ^ mask.low)
    }

    private static func mask(_ nameHash: UInt64, _ enforcement: Enforcement) -> Fingerprint {
        let seed = enforcement == .shadow ? ~nameHash : nameHash
        return Fingerprint(high: scatter(seed &+ 1) & ~0xffff, low: scatter(seed ^ 0x9e37_79b9_7f4a_7c15))
    }
}

extension RateLimitPolicy: CustomStringConvertible {
    /// The windows in the textual form that ``init(_:parsing:enforcement:)`` reads.
    public var description: String { windows.map(\.description).joined(separator: "; ") }
}
