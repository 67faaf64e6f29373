public import HardeningCore

/// One sign-in and the family of refresh tokens that descends from it; decides what a presented token gets.
///
/// Holds two digests, however long the session lives: the newest token and its immediate parent. Any
/// other genuine token of the session is an older one, and presenting it is a reuse: somebody else has
/// had a copy, so that the whole family ends (RFC 9700 §4.14.2). Memory: about 300 bytes and the texts.
public struct RefreshSession: Sendable, Hashable {
    /// Why a session is over while its record is still there.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        case reuse = "REUSE"
        case logout = "LOGOUT"
    }

    public let id: SessionID
    public let subject: String
    public let scope: String?
    /// The `iat` of the first access token: a watermark of the subject from there on ends the session too.
    public let createdAt: Timestamp
    public var current: RefreshDigest
    public var parent: RefreshDigest?
    /// 16 random bytes out of which, with the parent, the newest token was computed; not a secret.
    public var nonce: [UInt8]
    /// When the newest token was issued.
    public var rotatedAt: Timestamp
    /// Rotations since sign-in.
    public var generation: Int64
    public var ending: Ending?

    /// For stores that read a record back.
    public init(
        id: SessionID, subject: String, scope: String?, createdAt: Timestamp, current: RefreshDigest, parent: RefreshDigest? = nil,
        nonce: [UInt8] = [], rotatedAt: Timestamp, generation: Int64 = 0, ending: Ending? = nil
    ) {
        self.id = id
        self.subject = subject
        self.scope = scope
        self.createdAt = createdAt
        self.current = current
        self.parent = parent
        self.nonce = nonce
        self.rotatedAt = rotatedAt
        self.generation = generation
        self.ending = ending
    }

    /// From here on the session is over.
    public func expiry(_ limits: RefreshLimits) -> Timestamp {
        min(createdAt.advanced(by: limits.absolute), rotatedAt.advanced(by: limits.idle))
    }
}

extension RefreshSession {
    /// What a presented token gets.
    enum Decision: Sendable, Equatable {
        /// The successor is now the newest token.
        case rotated
        /// The newest token once more: computed with this nonce, and this its digest.
        case replayed(nonce: [UInt8], newest: RefreshDigest)
        case refused(RefreshError)
    }

    /// Takes the successor in, answers with the one there is, or ends the family.
    ///
    /// - Parameters:
    ///   - presented: the digest of a token that carries the seal of this service.
    ///   - successor: the digest of what would replace it, computed with `nonce`.
    mutating func refresh(
        presented: RefreshDigest, successor: RefreshDigest, nonce: [UInt8], limits: RefreshLimits, now: Timestamp
    ) -> Decision {
        switch ending {
        case .reuse: return .refused(.reused)
        case .logout: return .refused(.sessionEnded)
        case nil: break
        }
        if now >= createdAt.advanced(by: limits.absolute) { return .refused(.absoluteLimit) }
        if now >= rotatedAt.advanced(by: limits.idle) { return .refused(.idleLimit) }
        if presented == current {
            parent = current
            current = successor
            self.nonce = nonce
            rotatedAt = now
            generation = generation.addingSaturating(1)
            return .rotated
        }
        // Forwards and backwards, so that a clock which was set back does not lengthen the grace.
        let age = now.duration(since: rotatedAt)
        if presented == parent, max(age, .zero - age) <= limits.replayGrace, limits.replayGrace > .zero {
            return .replayed(nonce: self.nonce, newest: current)
        }
        ending = .reuse
        return .refused(.reused)
    }
}
