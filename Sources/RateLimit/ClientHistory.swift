/// What a client used, as moments and units: what every algorithm can be read into and started from.
///
/// It is how a client's use survives a policy that changes its algorithm or the lengths of its counters. What is
/// not known exactly is dated later than it was, never after now: so nobody is freed by the change, and nobody waits
/// longer than the longest new window.
struct ClientHistory {
    /// Oldest first; moments never after now, units more than 0.
    private(set) var entries: [(moment: Int64, units: Int)] = []

    mutating func append(_ moment: Int64, _ units: Int) {
        if units > 0 { entries.append((max(moment, entries.last?.moment ?? moment), units)) }
    }

    /// What a record holds; nothing when it has expired.
    init(of record: UnsafeMutablePointer<ClientRecord>, now: Int64) {
        if record.pointee.expiry <= now || record.pointee.isVacant { return }
        switch record.pointee.algorithm {
        case .slidingWindow: SlidingLog(record).forEachEntry(now: now) { append($0, $1) }
        case .gcra:
            // Only the debt is known: as many units as are not yet back, used just now.
            let (rule, arrival) = (record.pointee.arrivalRule, record.pointee.arrival)
            append(now, rule.used(rule.debt(arrival, now: now)))
        default: readCounters(of: record, now: now)
        }
    }

    /// At most so many units, the newest, of those after a moment.
    func newest(_ units: Int, after moment: Int64) -> [(moment: Int64, units: Int)] {
        var room = units
        var kept: [(moment: Int64, units: Int)] = []
        for entry in entries.reversed() where entry.moment > moment && room > 0 {
            kept.append((entry.moment, min(room, entry.units)))
            room -= entry.units
        }
        return kept.reversed()
    }

    /// Every window saw the same units, the shorter ones more sharply: of the longer ones only what is older counts.
    private mutating func readCounters(of record: UnsafeMutablePointer<ClientRecord>, now: Int64) {
        guard let counters = ClientCounters(record) else { return }
        let rule = RuleRegistry.rule(UInt16(truncatingIfNeeded: record.pointee.units))?.windows
        var newestFirst: [(moment: Int64, units: Int)] = []
        var known = 0
        for window in 0..<Int(record.pointee.windowCount) {
            // A rule without a number is one of too many: then everything was used just now.
            let length = rule?.lengths[window] ?? .max / 2
            let span = rule == nil ? 1 : SlidingCounter.span(for: length)
            var seen = 0
            counters[window].pointee.forEachAlive(length, span: span, now: now) { count, leaves in
                seen += count
                let older = min(count, seen - known)
                guard older > 0 else { return }
                known += older
                newestFirst.append((rule == nil ? now : min(now, now &+ leaves &- length), older))
            }
        }
        newestFirst.sort { $0.moment < $1.moment }
        for entry in newestFirst { append(entry.moment, entry.units) }
    }
}
