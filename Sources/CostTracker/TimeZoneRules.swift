/// How far local time was, is and will be ahead of UTC: one zone of the IANA database.
///
/// Read from a TZif file (RFC 9636, which replaces RFC 8536), as it lies in `/usr/share/zoneinfo` on Linux
/// and macOS. All times are seconds since 1970 UTC.
struct TimeZoneRules: Sendable {
    struct Transition: Sendable, Equatable {
        let at: Int64
        /// In effect from `at` on, in seconds east of UTC.
        let offset: Int64
    }

    let transitions: [Transition]
    /// In effect before the first transition.
    let firstOffset: Int64
    /// In effect after the last transition; nil: the last one stays.
    let rule: DaylightRule?

    /// The offset in effect at a moment.
    func offset(at time: Int64) -> Int64 {
        if let rule, time >= transitions.last?.at ?? .min { return rule.offset(at: time) }
        // Binary search for the last transition that is not after `time`.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : transitions[low - 1].offset
    }

    /// The transitions after `start` and not after `end`, in order.
    ///
    /// - Complexity: O(transitions); asked once a day.
    func transitions(after start: Int64, through end: Int64) -> [Transition] {
        var result = transitions.filter { start < $0.at && $0.at <= end }
        if let rule {
            let last = transitions.last?.at ?? .min
            result += rule.transitions(around: start, and: end).filter { max(start, last) < $0.at && $0.at <= end }
        }
        return result
    }
}

// MARK: - Reading

extension TimeZoneRules {
    /// - Throws: ``TimeZoneDataError``.
    init(tzif bytes: some Collection<UInt8>) throws(TimeZoneDataError) {
        guard bytes.count <= 64 << 10 else { throw TimeZoneDataError(code: .size, message: "more than 64 KiB") }
        var reader = BytesOfZone(bytes: Array(bytes))
        let first = try Header(from: &reader)
        guard first.version >= UInt8(ascii: "2") else {
            throw TimeZoneDataError(code: .format, message: "version 1 of the format, which ends in 2037")
        }
        try reader.skip(first.byteCount(timeSize: 4))
        let header = try Header(from: &reader)
        guard header.leapCount == 0 else { throw TimeZoneDataError(code: .leapSeconds, message: "the file counts leap seconds") }
        var times: [Int64] = []
        for _ in 0..<header.timeCount { times.append(try reader.integer(bytes: 8)) }
        let indices = try (0..<header.timeCount).map { (_) throws(TimeZoneDataError) in Int(try reader.integer(bytes: 1) & 0xff) }
        var offsets: [Int64] = []
        for _ in 0..<header.typeCount {
            offsets.append(try reader.integer(bytes: 4))
            try reader.skip(2)
        }
        try reader.skip(header.characterCount + header.standardCount + header.universalCount)
        let isOrdered = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
        guard let firstOffset = offsets.first, isOrdered, indices.allSatisfy(offsets.indices.contains),
            offsets.allSatisfy({ (-93_600...93_600).contains($0) })
        else { throw TimeZoneDataError(code: .inconsistent, message: "transitions and offsets do not fit together") }
        self.firstOffset = firstOffset
        transitions = zip(times, indices).map { Transition(at: $0, offset: offsets[$1]) }
        rule = try DaylightRule(footer: reader.footer())
    }

    private struct Header {
        let version: UInt8
        let universalCount: Int
        let standardCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let characterCount: Int

        init(from reader: inout BytesOfZone) throws(TimeZoneDataError) {
            guard try reader.take(4).elementsEqual("TZif".utf8) else {
                throw TimeZoneDataError(code: .format, message: "not a TZif file")
            }
            version = UInt8(truncatingIfNeeded: try reader.integer(bytes: 1))
            try reader.skip(15)
            var counts: [Int] = []
            for _ in 0..<6 {
                let count = try reader.integer(bytes: 4)
                guard (0...4096).contains(count) else { throw TimeZoneDataError(code: .size, message: "a count of \(count)") }
                counts.append(Int(count))
            }
            (universalCount, standardCount, leapCount) = (counts[0], counts[1], counts[2])
            (timeCount, typeCount, characterCount) = (counts[3], counts[4], counts[5])
        }

        func byteCount(timeSize: Int) -> Int {
            timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4) + standardCount + universalCount
        }
    }
}

/// The bytes of a file, read from the front; big-endian.
private struct BytesOfZone {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func take(_ count: Int) throws(TimeZoneDataError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw TimeZoneDataError(code: .size, message: "the file ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func skip(_ count: Int) throws(TimeZoneDataError) { _ = try take(count) }

    /// A signed integer of 1, 4 or 8 bytes.
    mutating func integer(bytes count: Int) throws(TimeZoneDataError) -> Int64 {
        let value = try take(count).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch count {
        case 1: return Int64(Int8(truncatingIfNeeded: value))
        case 4: return Int64(Int32(truncatingIfNeeded: value))
        default: return Int64(bitPattern: value)
        }
    }

    /// The text between the two line feeds at the end.
    func footer() throws(TimeZoneDataError) -> String {
        let rest = bytes[position...]
        guard rest.count >= 2, rest.first == UInt8(ascii: "\n"), rest.last == UInt8(ascii: "\n"),
            let text = String(validating: rest.dropFirst().dropLast(), as: UTF8.self)
        else { throw TimeZoneDataError(code: .footer, message: "the file has no footer") }
        return text
    }
}
