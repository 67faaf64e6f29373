import HardeningCore

/// One client's record as it is exported: what it used, by age.
///
/// 34 bytes and what follows: an exact log 12 for each request, a GCRA 24, a counter 9 for each window and 12 for
/// each of its spans. Times are relative to the moment of the export.
struct StateRecord: Sendable {
    enum Use: Sendable {
        /// Ages, oldest first, and units.
        case log([(age: Int64, units: UInt32)])
        case arrival(ahead: Int64, fraction: UInt32, rule: GCRA)
        /// For each window its length, and for each span the age of its last nanosecond and its units, oldest first.
        case counters([(length: Int64, spans: [(endAge: Int64, units: UInt32)])])
    }

    let key: Fingerprint
    let signature: UInt32
    let unitBits: UInt8
    let windowCount: UInt8
    /// When the client will be as good as new.
    let expiry: Int64
    let use: Use

    /// Nil for a record that has expired, or whose lengths the process does not know: a counter made after more rules
    /// than ``RuleRegistry`` has numbers for.
    init?(_ record: UnsafeMutablePointer<ClientRecord>, now: Int64) {
        guard !record.pointee.isVacant, record.pointee.expiry > now else { return nil }
        key = record.pointee.key
        signature = record.pointee.signature
        unitBits = record.pointee.unitBits
        windowCount = record.pointee.windowCount
        expiry = record.pointee.expiry - now
        switch record.pointee.algorithm {
        case .slidingWindow:
            var entries: [(age: Int64, units: UInt32)] = []
            SlidingLog(record).forEachEntry(now: now) { entries.append((now - $0, UInt32(clamping: $1))) }
            use = .log(entries)
        case .gcra:
            let arrival = record.pointee.arrival
            use = .arrival(ahead: arrival.moment - now, fraction: arrival.fraction, rule: record.pointee.arrivalRule)
        default:
            guard let counters = ClientCounters(record),
                let rule = RuleRegistry.rule(UInt16(truncatingIfNeeded: record.pointee.units))?.windows
            else { return nil }
            use = .counters(
                (0..<Int(record.pointee.windowCount)).map { window in
                    let length = rule.lengths[window]
                    return (length, counters[window].pointee.ages(length, span: SlidingCounter.span(for: length), now: now))
                })
        }
    }

    // MARK: - Bytes

    func write(to writer: inout StateWriter) {
        writer.append(key.high)
        writer.append(key.low)
        writer.append(signature)
        writer.append(unitBits)
        writer.append(windowCount)
        writer.append(expiry)
        switch use {
        case .log(let entries): Self.write(entries, to: &writer)
        case .arrival(let ahead, let fraction, let rule):
            writer.append(ahead)
            writer.append(fraction)
            writer.append(rule.period)
            writer.append(UInt32(truncatingIfNeeded: rule.divisor))
        case .counters(let windows):
            for window in windows {
                writer.append(window.length)
                Self.write(window.spans, to: &writer)
            }
        }
    }

    static func write(_ ages: [(Int64, UInt32)], to writer: inout StateWriter) {
        writer.append(UInt32(clamping: ages.count))
        for (age, units) in ages {
            writer.append(age)
            writer.append(units)
        }
    }

    static func readAges(_ reader: inout StateReader) throws(RateLimitStateError) -> [(Int64, UInt32)] {
        var ages: [(Int64, UInt32)] = []
        for _ in 0..<(try reader.count(ofAtLeast: 12)) {
            let age = try reader.read(Int64.self)
            guard abs(age.addingSaturating(1)) <= 4 * WindowRule.maximumLength, age <= ages.last?.0 ?? .max else {
                throw RateLimitStateError(.damaged)
            }
            ages.append((age, try reader.read(UInt32.self)))
        }
        return ages
    }

    init(_ reader: inout StateReader) throws(RateLimitStateError) {
        key = Fingerprint(high: try reader.read(UInt64.self), low: try reader.read(UInt64.self))
        signature = try reader.read(UInt32.self)
        unitBits = try reader.read(UInt8.self)
        windowCount = try reader.read(UInt8.self)
        expiry = try reader.read(Int64.self)
        guard (1...UInt8(WindowRule.maximumCount)).contains(windowCount), unitBits < 64, (0...4 * WindowRule.maximumLength).contains(expiry)
        else { throw RateLimitStateError(.damaged) }
        switch WindowRule.algorithm(ofSignature: signature) {
        case .slidingWindow: use = .log(try Self.readAges(&reader))
        case .gcra:
            let (ahead, fraction) = (try reader.read(Int64.self), try reader.read(UInt32.self))
            let (period, divisor) = (try reader.read(Int64.self), try reader.read(UInt32.self))
            guard (0...4 * WindowRule.maximumLength).contains(ahead), period > 0, divisor > 0, fraction < divisor, windowCount == 1 else {
                throw RateLimitStateError(.damaged)
            }
            use = .arrival(ahead: ahead, fraction: fraction, rule: GCRA(period: period, divisor: Int64(divisor), burst: 0))
        default:
            var windows: [(length: Int64, spans: [(endAge: Int64, units: UInt32)])] = []
            for _ in 0..<windowCount {
                let length = try reader.read(Int64.self)
                guard (1...WindowRule.maximumLength).contains(length) else { throw RateLimitStateError(.damaged) }
                windows.append((length, try Self.readAges(&reader)))
            }
            use = .counters(windows)
        }
    }
}

extension SlidingCounter {
    /// The spans that still count, oldest first: the age of their last nanosecond, below 0 for the one that is not over.
    func ages(_ length: Int64, span: Int64, now: Int64) -> [(endAge: Int64, units: UInt32)] {
        var ages: [(endAge: Int64, units: UInt32)] = []
        forEachAlive(length, span: span, now: now) { count, leaves in ages.append((length - leaves, UInt32(clamping: count))) }
        return ages.reversed()
    }

    /// A counter of these units, in spans that end no earlier than theirs did, and not after the one that `now` is in.
    init(_ ages: [(endAge: Int64, units: UInt32)], span: Int64, now: Int64) {
        self.init()
        for (endAge, units) in ages {
            let end = max(0, now - endAge)
            add(Int(units), to: min(now / span, (end + span) / span - 1))
        }
    }
}
