import HardeningCore

/// Which clients do too many different things, by rule.
///
/// A client without room in the table is not watched until someone else's window has passed, and counted in
/// ``unwatched``: a shared sketch, which never forgets, would block the innocent for the many they share it with. Nobody
/// who is watched is forgotten for it.
struct PatternWatch: Sendable {
    struct Record: BitwiseCopyable, Sendable {
        var sketch = DistinctSketch()
        var trippedUntil = Int64.min
    }

    /// A bit per rule.
    typealias RuleSet = UInt16

    let rules: [PatternRule]
    private var table: WayTable<Record>
    private(set) var unwatched: UInt64 = 0

    init(_ rules: [PatternRule], capacity: Int) {
        self.rules = rules
        table = WayTable(capacity: rules.isEmpty ? 1 : capacity, empty: Record())
    }

    var byteCount: Int { table.byteCount }
    func count(now: Int64) -> Int { table.count(now: now) }

    /// Notes a thing that a client did.
    ///
    /// - Returns: the rules that tripped with it.
    mutating func observe(_ signal: PatternRule.Signal, _ thing: Fingerprint, by client: Fingerprint, now: Int64) -> RuleSet {
        var tripped: RuleSet = 0
        for (index, rule) in rules.enumerated() where rule.signal == signal {
            if note(thing, index, rule, client.numbered(index), now) { tripped |= 1 << RuleSet(index) }
        }
        return tripped
    }

    private mutating func note(_ thing: Fingerprint, _ index: Int, _ rule: PatternRule, _ key: Fingerprint, _ now: Int64) -> Bool {
        let window = rule.window.saturatingNanoseconds
        let span = DistinctSketch.span(of: window)
        guard let slot = table.find(key, now: now) ?? table.claim(key, now: now, Record()) else {
            unwatched &+= 1
            return false
        }
        var record = table[slot]
        // Mixed with the client, so that two things share a bit for one client only.
        let bits = record.sketch.note(((thing.low ^ key.high) &* (key.low | 1)) >> 56, span: Self.floor(now, span))
        let isTooMany = bits >= rule.bits
        let isNew = isTooMany && record.trippedUntil <= now
        if isTooMany {
            record.trippedUntil = now.addingSaturating(window)
            // A block is kept elsewhere and the count begins anew after it.
            if case .block = rule.action { record = Record() }
        }
        table[slot] = record
        let quiet = now.addingSaturating(window).addingSaturating(span)
        table.setExpiry(max(quiet, record.trippedUntil), at: slot)
        return isNew
    }

    private static func floor(_ now: Int64, _ span: Int64) -> Int64 {
        let quotient = now / span
        return now % span < 0 ? quotient - 1 : quotient
    }

    /// Keeps a rule tripped that found no other place for its block.
    mutating func hold(_ rule: Int, of client: Fingerprint, until end: Int64, now: Int64) {
        guard let slot = table.find(client.numbered(rule), now: now) else { return }
        table[slot].trippedUntil = end
        table.setExpiry(end, at: slot)
    }

    /// Until when each rule that tripped stays so.
    func forEachTripped(by client: Fingerprint, now: Int64, _ body: (Int, Int64) -> Void) {
        for index in rules.indices {
            if let slot = table.find(client.numbered(index), now: now), table[slot].trippedUntil > now {
                body(index, table[slot].trippedUntil)
            }
        }
    }
}
