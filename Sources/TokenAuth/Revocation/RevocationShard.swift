/// One part of the list's entries, chosen by fingerprint.
///
/// Decides; the list locks.
///
/// Times are seconds since 1970. A token is remembered by the minute in which it expires, rounded up:
/// those minutes are the buckets that are dropped whole.
struct RevocationShard {
    /// What a watermark can name.
    enum Kind: Int, CaseIterable {
        case subject, session, key
    }

    private var tokens = FingerprintTable<UInt16>()
    /// The minute that the tokens' values count from; every remembered token expires after it.
    private var baseMinute: Int64 = 0
    private var subjects = FingerprintTable<Int64>()
    private var sessions = FingerprintTable<Int64>()
    private var keys = FingerprintTable<Int64>()

    @inline(__always)
    func hasToken(_ fingerprint: UInt64) -> Bool { tokens[fingerprint] != nil }

    @inline(__always)
    func watermark(_ kind: Kind, _ fingerprint: UInt64) -> Int64? {
        switch kind {
        case .subject: subjects[fingerprint]
        case .session: sessions[fingerprint]
        case .key: keys[fingerprint]
        }
    }

    var tokenCount: Int { tokens.count }
    var watermarkCount: Int { subjects.count + sessions.count + keys.count }

    /// Whether the expiry is near enough to be remembered: within 45 days of the oldest bucket.
    func canRemember(expiry: Int64) -> Bool {
        tokens.count == 0 || Self.minute(expiry) - baseMinute <= Int64(UInt16.max)
    }

    mutating func insertToken(_ fingerprint: UInt64, expiry: Int64, horizon: Int64) {
        if tokens.count == 0 { baseMinute = min(horizon / 60, Self.minute(expiry)) }
        let bucket = UInt16(clamping: Self.minute(expiry) - baseMinute)
        tokens.insert(bucket, for: fingerprint, merge: max)
    }

    mutating func insertWatermark(_ kind: Kind, _ fingerprint: UInt64, _ seconds: Int64) {
        switch kind {
        case .subject: subjects.insert(seconds, for: fingerprint, merge: max)
        case .session: sessions.insert(seconds, for: fingerprint, merge: max)
        case .key: keys.insert(seconds, for: fingerprint, merge: max)
        }
    }

    /// Whether a sweep up to `horizon` could drop a bucket.
    func isSweepDue(horizon: Int64) -> Bool {
        tokens.count > 0 && horizon / 60 > baseMinute
    }

    /// Drops the buckets of tokens that expired up to `horizon`.
    mutating func dropTokens(through horizon: Int64) {
        let minute = horizon / 60
        let age = minute - baseMinute
        guard age >= 0 else { return }
        tokens.keep(where: { Int64($0) > age }, change: { UInt16(clamping: Int64($0) - age) })
        baseMinute = minute
    }

    func hasWatermark(through horizon: Int64) -> Bool {
        subjects.contains { $0 <= horizon } || sessions.contains { $0 <= horizon } || keys.contains { $0 <= horizon }
    }

    /// Drops watermarks up to `horizon`: every token they could refuse has expired.
    mutating func dropWatermarks(through horizon: Int64) {
        subjects.keep { $0 > horizon }
        sessions.keep { $0 > horizon }
        keys.keep { $0 > horizon }
    }

    private static func minute(_ seconds: Int64) -> Int64 { seconds / 60 + (seconds % 60 > 0 ? 1 : 0) }
}
