public import HardeningCore
import Synchronization

/// Which tokens no longer count although they have not expired.
///
/// Single tokens by id until nothing could accept them any more; and watermarks, which refuse every
/// token of a subject, a key, or everything, issued up to a second, and every token of a session.
///
/// **Revoked stays revoked.** An entry outlives its token by the leeway and ``clockSkew``. What has
/// been dropped is refused by its age even when the clock is set back afterwards. At capacity nothing
/// is evicted: the revocation widens to the token's subject, then to one of 4,096 groups, and
/// ``events`` says so. It may refuse too much, never too little.
///
/// Checking is synchronous: a few atomic loads, and one short lock of one of 32 shards for each kind
/// of entry in use. Entries are kept by keyed fingerprint. Memory: 13 to 16 bytes a revoked token,
/// 20 to 26 a watermark. Complexity: checks O(1); a revocation O(1), and once a minute O(n / 32) to
/// drop what has expired.
public final class RevocationList: Sendable {
    private final class Shard: Sendable {
        let state = Mutex(RevocationShard())
    }

    /// Bits of `kindsInUse`: entries in the shards, entries in the groups.
    private enum Use {
        static func entries(_ kind: RevocationShard.Kind) -> UInt8 { 1 << UInt8(kind.rawValue) }
        static func groups(_ kind: RevocationShard.Kind) -> UInt8 { 8 << UInt8(kind.rawValue) }
    }

    /// Single tokens remembered at most.
    public let capacity: Int
    /// Subjects, sessions and keys remembered at most, together.
    public let watermarkCapacity: Int
    /// How far clocks of instances may differ beyond a service's leeway.
    public let clockSkew: Duration
    /// What happened, for counters and alerts.
    public let events = EventChannel<RevocationEvent>()

    private let log: any RevocationLog
    private let fingerprintKey = FingerprintKey()
    private let shards = (0..<32).map { _ in Shard() }
    private let groups = Mutex(RevocationGroups())
    /// The last issuer's, so that a list of one issuer derives them once.
    private let derived = Mutex<(issuer: String, fingerprints: IssuerFingerprints)?>(nil)
    let kindsInUse = Atomic<UInt8>(0)
    private let tokens = Atomic(0)
    private let watermarks = Atomic(0)

    /// Tokens with `iat` up to here are refused.
    ///
    /// Seconds, like all that follow.
    let everythingThrough = Atomic(Int64.min)
    /// Tokens with `exp` up to here are refused: their entries may have been dropped.
    private let forgottenThrough = Atomic(Int64.min)
    /// The latest `iat` of any token issued.
    private let issuedThrough = Atomic(Int64.min)
    /// The latest `iat` of any token issued, but for what its own subject's watermark added.
    private let clockThrough = Atomic(Int64.min)
    /// The longest leeway and lifetime of the services that use this list.
    private let leeway = Atomic<Int64>(0)
    private let lifetime = Atomic<Int64>(0)

    /// - Parameters:
    ///   - capacity: single tokens to remember: logouts a second × access lifetime, with room to spare.
    ///   - watermarkCapacity: subjects and sessions to remember: logout-alls a second × maximum lifetime.
    ///   - clockSkew: see ``clockSkew``.
    ///   - log: where revocations are stored before ``revoke(_:now:)`` returns.
    public init(
        capacity: Int = 1_000_000, watermarkCapacity: Int = 100_000, clockSkew: Duration = .seconds(60),
        log: any RevocationLog = VolatileRevocationLog()
    ) {
        self.capacity = max(0, capacity)
        self.watermarkCapacity = max(0, watermarkCapacity)
        self.clockSkew = max(.zero, clockSkew)
        self.log = log
    }

    /// Single tokens remembered now.
    public var tokenCount: Int { tokens.load(ordering: .relaxed) }
    /// Subjects, sessions and keys remembered now.
    public var watermarkCount: Int { watermarks.load(ordering: .relaxed) }

    /// Refuses what the entry names and stores it in the log before returning.
    ///
    /// When the log throws, this process refuses the tokens all the same, but others do not know and
    /// this one forgets at its end: answer the request with a failure.
    public func revoke(_ revocation: Revocation, now: Timestamp) async throws {
        let effective = apply(revocation, isNew: true, now: now.secondsSince1970)
        events.deliver()
        try await log.append(effective)
    }

    /// Applies everything the log has stored.
    ///
    /// Call it once, before the first token is verified.
    ///
    /// - Parameter policy: what to do when the log cannot promise that it has kept everything.
    public func restore(now: Timestamp, ifIncomplete policy: IncompleteLogPolicy = .refuseOlderTokens) async throws {
        try await log.replay { apply($0, now: now) }
        let recovery = try await log.recovery()
        if let through = recovery.forgottenThrough { forgottenThrough.max(through.secondsSince1970, ordering: .acquiringAndReleasing) }
        if !recovery.isComplete && policy == .refuseOlderTokens { apply(.everything(through: now), now: now) }
        events.deliver()
    }

    /// Applies an entry that is stored already: from the log, or from another instance.
    public func apply(_ revocation: Revocation, now: Timestamp) {
        _ = apply(revocation, isNew: false, now: now.secondsSince1970)
        events.deliver()
    }
}

// What services ask.
extension RevocationList {
    func fingerprints(for issuer: String) -> IssuerFingerprints {
        derived.withLock { derived in
            if let derived, derived.issuer == issuer { return derived.fingerprints }
            let fingerprints = IssuerFingerprints(issuer: issuer, root: fingerprintKey)
            derived = (issuer, fingerprints)
            return fingerprints
        }
    }

    /// Raises how long entries are kept to what a service needs.
    func retain(atLeast leeway: Duration, maximumLifetime: Duration) {
        self.leeway.max(Self.seconds(leeway), ordering: .sequentiallyConsistent)
        lifetime.max(Self.seconds(maximumLifetime), ordering: .sequentiallyConsistent)
    }

    /// Step 11: key and everything, subject, session, token.
    func refusal(of claims: Claims, key: UInt64, _ fingerprints: IssuerFingerprints) -> TokenError.Rule? {
        let issuedAt = claims.issuedAt.secondsSince1970
        let inUse = kindsInUse.load(ordering: .acquiring)
        if inUse != 0, let through = watermark(.key, key, inUse), issuedAt <= through { return .keyRevoked }
        if issuedAt <= everythingThrough.load(ordering: .acquiring) { return .everythingRevoked }
        if inUse != 0 {
            if isUsed(.subject, inUse), let through = watermark(.subject, fingerprints.subject(claims.subject), inUse), issuedAt <= through
            {
                return .subjectRevoked
            }
            if isUsed(.session, inUse), let session = claims.session,
                isSessionEnded(fingerprints.session(session), issuedAt: issuedAt, inUse)
            {
                return .sessionRevoked
            }
        }
        if claims.expiresAt.secondsSince1970 <= forgottenThrough.load(ordering: .acquiring) { return .revoked }
        guard tokens.load(ordering: .acquiring) > 0 else { return nil }
        let fingerprint = fingerprints.token(claims.id)
        return shard(fingerprint).state.withLock { $0.hasToken(fingerprint) } ? .revoked : nil
    }

    /// The earliest `iat` that no watermark refuses, or nil when the session has ended.
    ///
    /// Notes that it is used.
    func earliestIssue(of claims: Claims, key: UInt64, _ fingerprints: IssuerFingerprints, now: Timestamp) -> Int64? {
        let inUse = kindsInUse.load(ordering: .acquiring)
        let subject = fingerprints.subject(claims.subject)
        var common = max(now.secondsSince1970, everythingThrough.load(ordering: .acquiring).addingSaturating(1))
        if let through = watermark(.key, key, inUse) { common = max(common, through.addingSaturating(1)) }
        if let through = groupWatermark(.subject, subject, inUse) { common = max(common, through.addingSaturating(1)) }
        if let session = claims.session {
            let fingerprint = fingerprints.session(session)
            if entryWatermark(.session, fingerprint, inUse) != nil { return nil }
            if let through = groupWatermark(.session, fingerprint, inUse) { common = max(common, through.addingSaturating(1)) }
        }
        var issuedAt = common
        if let through = entryWatermark(.subject, subject, inUse) { issuedAt = max(issuedAt, through.addingSaturating(1)) }
        clockThrough.max(common, ordering: .acquiringAndReleasing)
        issuedThrough.max(issuedAt, ordering: .acquiringAndReleasing)
        return issuedAt
    }

    private func isSessionEnded(_ fingerprint: UInt64, issuedAt: Int64, _ inUse: UInt8) -> Bool {
        if entryWatermark(.session, fingerprint, inUse) != nil { return true }
        return groupWatermark(.session, fingerprint, inUse).map { issuedAt <= $0 } ?? false
    }

    private func isUsed(_ kind: RevocationShard.Kind, _ inUse: UInt8) -> Bool {
        inUse & (Use.entries(kind) | Use.groups(kind)) != 0
    }

    func watermark(_ kind: RevocationShard.Kind, _ fingerprint: UInt64, _ inUse: UInt8) -> Int64? {
        let entry = entryWatermark(kind, fingerprint, inUse)
        guard let group = groupWatermark(kind, fingerprint, inUse) else { return entry }
        return max(group, entry ?? .min)
    }

    private func entryWatermark(_ kind: RevocationShard.Kind, _ fingerprint: UInt64, _ inUse: UInt8) -> Int64? {
        guard inUse & Use.entries(kind) != 0 else { return nil }
        return shard(fingerprint).state.withLock { $0.watermark(kind, fingerprint) }
    }

    private func groupWatermark(_ kind: RevocationShard.Kind, _ fingerprint: UInt64, _ inUse: UInt8) -> Int64? {
        guard inUse & Use.groups(kind) != 0 else { return nil }
        return groups.withLock { $0.watermark(kind, fingerprint) }
    }

    /// By the lowest bits; the tables use the highest.
    private func shard(_ fingerprint: UInt64) -> Shard {
        shards[Int(truncatingIfNeeded: fingerprint & 31)]
    }

    private static func seconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return attoseconds > 0 ? seconds.addingSaturating(1) : seconds
    }
}

// How revocations take effect.
extension RevocationList {
    /// - Parameter isNew: whether the watermark must still be chosen: late enough for every token issued.
    /// - Returns: the entry with the watermark that took effect.
    private func apply(_ revocation: Revocation, isNew: Bool, now: Int64) -> Revocation {
        func latest(_ through: Timestamp, _ issued: borrowing Atomic<Int64>) -> Int64 {
            isNew ? max(through.secondsSince1970, issued.load(ordering: .acquiring)) : through.secondsSince1970
        }
        switch revocation {
        case .token(let issuer, let id, let subject, let issuedAt, let expiresAt):
            let fingerprints = fingerprints(for: issuer)
            events.record(.revoked(.token))
            let expiry = expiresAt.secondsSince1970
            if !insertToken(fingerprints.token(id), expiry: expiry, now: now) {
                let to = insertWatermark(.subject, fingerprints.subject(subject), issuedAt.secondsSince1970, isNew: false, now: now)
                events.record(.coarsened(from: .token, to: to.isGroup ? .group : .subject))
            }
            return revocation
        case .subject(let issuer, let subject, let through):
            let fingerprint = fingerprints(for: issuer).subject(subject)
            let seconds = revokeWatermark(.subject, fingerprint, latest(through, clockThrough), .subject, isNew: isNew, now: now)
            return .subject(issuer: issuer, subject, through: Timestamp(secondsSince1970: seconds))
        case .session(let issuer, let session, let at):
            let fingerprint = fingerprints(for: issuer).session(session)
            let seconds = revokeWatermark(.session, fingerprint, latest(at, issuedThrough), .session, isNew: false, now: now)
            return .session(issuer: issuer, session, at: Timestamp(secondsSince1970: seconds))
        case .key(let issuer, let key, let through):
            let fingerprint = fingerprints(for: issuer).key(key)
            let seconds = revokeWatermark(.key, fingerprint, latest(through, issuedThrough), .key, isNew: false, now: now)
            return .key(issuer: issuer, key, through: Timestamp(secondsSince1970: seconds))
        case .everything(let through):
            let seconds = latest(through, issuedThrough)
            events.record(.revoked(.everything))
            everythingThrough.max(seconds, ordering: .acquiringAndReleasing)
            return .everything(through: Timestamp(secondsSince1970: seconds))
        }
    }

    private func revokeWatermark(
        _ kind: RevocationShard.Kind, _ fingerprint: UInt64, _ seconds: Int64, _ scope: RevocationEvent.Scope, isNew: Bool, now: Int64
    ) -> Int64 {
        events.record(.revoked(scope))
        let result = insertWatermark(kind, fingerprint, seconds, isNew: isNew, now: now)
        if result.isGroup { events.record(.coarsened(from: scope, to: .group)) }
        return result.seconds
    }

    /// - Returns: false when there is no room.
    private func insertToken(_ fingerprint: UInt64, expiry: Int64, now: Int64) -> Bool {
        let horizon = tokenHorizon(now)
        func attempt() -> Bool {
            shard(fingerprint).state.withLock { shard in
                if shard.isSweepDue(horizon: horizon) { sweepTokens(&shard, through: horizon) }
                guard shard.canRemember(expiry: expiry) else { return false }
                if !shard.hasToken(fingerprint) {
                    guard tokens.add(1, ordering: .acquiringAndReleasing).newValue <= capacity else {
                        tokens.subtract(1, ordering: .acquiringAndReleasing)
                        return false
                    }
                }
                shard.insertToken(fingerprint, expiry: expiry, horizon: horizon)
                return true
            }
        }
        return attempt() || (sweepAll(horizon) && attempt())
    }

    private func insertWatermark(
        _ kind: RevocationShard.Kind, _ fingerprint: UInt64, _ seconds: Int64, isNew: Bool, now: Int64
    ) -> (seconds: Int64, isGroup: Bool) {
        var seconds = seconds
        func attempt() -> Bool {
            shard(fingerprint).state.withLock { shard in
                if let existing = shard.watermark(kind, fingerprint) {
                    // A sign-in since then was issued one second after it, maybe ahead of the clock.
                    if isNew && existing >= seconds { seconds = existing.addingSaturating(1) }
                } else if watermarks.add(1, ordering: .acquiringAndReleasing).newValue > watermarkCapacity {
                    watermarks.subtract(1, ordering: .acquiringAndReleasing)
                    return false
                }
                shard.insertWatermark(kind, fingerprint, seconds)
                return true
            }
        }
        if attempt() || (sweepWatermarks(now) && attempt()) {
            kindsInUse.bitwiseOr(Use.entries(kind), ordering: .acquiringAndReleasing)
            return (seconds, false)
        }
        if isNew { seconds = max(seconds, issuedThrough.load(ordering: .acquiring)) }
        groups.withLock { $0.raise(kind, fingerprint, to: seconds) }
        kindsInUse.bitwiseOr(Use.groups(kind), ordering: .acquiringAndReleasing)
        return (seconds, true)
    }

    /// Tokens that expired up to here are refused by everybody, whatever their clocks.
    private func tokenHorizon(_ now: Int64) -> Int64 {
        now.subtractingSaturating(leeway.load(ordering: .acquiring)).subtractingSaturating(Self.seconds(clockSkew))
    }

    /// Whether anything was dropped.
    private func sweepAll(_ horizon: Int64) -> Bool {
        let before = tokens.load(ordering: .acquiring)
        for shard in shards {
            shard.state.withLock { if $0.isSweepDue(horizon: horizon) { sweepTokens(&$0, through: horizon) } }
        }
        return tokens.load(ordering: .acquiring) < before
    }

    private func sweepTokens(_ shard: inout RevocationShard, through horizon: Int64) {
        // First refuse by age what is about to be forgotten.
        forgottenThrough.max(horizon / 60 * 60, ordering: .acquiringAndReleasing)
        let before = shard.tokenCount
        shard.dropTokens(through: horizon)
        tokens.subtract(before - shard.tokenCount, ordering: .acquiringAndReleasing)
    }

    /// Whether anything was dropped.
    private func sweepWatermarks(_ now: Int64) -> Bool {
        let horizon = tokenHorizon(now).subtractingSaturating(lifetime.load(ordering: .acquiring))
        let before = watermarks.load(ordering: .acquiring)
        for shard in shards {
            shard.state.withLock { shard in
                let count = shard.watermarkCount
                guard shard.hasWatermark(through: horizon) else { return }
                everythingThrough.max(horizon, ordering: .acquiringAndReleasing)
                shard.dropWatermarks(through: horizon)
                watermarks.subtract(count - shard.watermarkCount, ordering: .acquiringAndReleasing)
            }
        }
        return watermarks.load(ordering: .acquiring) < before
    }
}
