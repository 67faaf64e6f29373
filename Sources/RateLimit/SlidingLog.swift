/// The exact sliding window of one client under one policy: a ring of the moments of admitted requests.
///
/// All windows of a policy share the ring. An entry is 64 bits, whatever the request cost: its moment and the
/// count of units before it (``LogFormat``). For every window the ring keeps a cursor to the oldest entry that
/// the window still sees; the difference of two counts is what was used, so a decision touches one entry per
/// window. Cursors only move forward, over entries that have left: amortised O(1), at worst O(log entries).
///
/// This is a view of a ``ClientRecord`` and of the block it refers to, which a ``LogPool`` owns. It holds no clock:
/// `now` is an argument, and never smaller than in the call before.
struct SlidingLog {
    struct Use: Sendable, BitwiseCopyable {
        /// Units in the window.
        var used: Int = 0
        /// Nanoseconds until the oldest of them leaves; 0 when there is none.
        var reset: Int64 = 0
    }

    let record: UnsafeMutablePointer<ClientRecord>
    let entries: UnsafeMutablePointer<UInt64>
    let mask: UInt32

    @inline(__always)

    init(_ record: UnsafeMutablePointer<ClientRecord>) {
        self.record = record
        mask = (1 &<< UInt32(record.pointee.sizeClass)) &- 1
        let own = (UnsafeMutableRawPointer(record) + ClientRecord.ringOffset).assumingMemoryBound(to: UInt64.self)
        entries = record.pointee.sizeClass == 0 ? own : UnsafeMutablePointer(bitPattern: UInt(own.pointee)) ?? own
    }

    var cursors: UnsafeMutablePointer<UInt32> {
        (UnsafeMutableRawPointer(record) + ClientRecord.cursorsOffset).assumingMemoryBound(to: UInt32.self)
    }

    /// The entries if they are not in the record.
    var block: UnsafeMutableRawPointer? { sizeClass == 0 ? nil : UnsafeMutableRawPointer(entries) }
    var sizeClass: UInt8 { record.pointee.sizeClass }
    /// The cursor of the longest window: nothing before it is ever read again.
    var start: UInt32 { cursors[Int(record.pointee.windowCount) &- 1] }
    var isFull: Bool { record.pointee.end &- start > mask }

    @inline(__always)

    func entry(_ sequence: UInt32) -> UInt64 { entries[Int(sequence & mask)] }
}

// MARK: - Deciding

extension SlidingLog {
    /// Whether the log was written under windows of these lengths.
    @inline(__always)
    func suits(_ rule: WindowRule) -> Bool { record.pointee.signature == rule.signature }

    /// What the window sees at `now`.
    @inline(__always)
    func use(of window: Int, _ rule: WindowRule, now: Int64) -> Use {
        let end = record.pointee.end
        var cursor = cursors[window]
        if cursor == end { return Use(used: 0, reset: 0) }
        let length = rule.lengths[window]
        var oldest = entry(cursor)
        var age = rule.format.age(oldest, now)
        if age >= length {
            cursor = firstEntry(youngerThan: length, from: cursor &+ 1, rule.format, now: now)
            cursors[window] = cursor
            if cursor == end { return Use(used: 0, reset: 0) }
            oldest = entry(cursor)
            age = rule.format.age(oldest, now)
        }
        let used = (record.pointee.units &- UInt32(truncatingIfNeeded: oldest)) & rule.format.unitMask
        return Use(used: Int(used), reset: length &- age)
    }

    /// How long until `excess` units have left the window: the age of the unit number `excess` decides.
    ///
    /// Ask ``use(of:_:now:)`` first, for the same `now`. When every request cost one unit it is the entry of that number; otherwise a binary search.
    ///
    /// - Parameter excess: 1…used.
    func wait(for excess: Int, in window: Int, _ rule: WindowRule, now: Int64) -> Int64 {
        let cursor = cursors[window]
        let base = UInt32(truncatingIfNeeded: entry(cursor))
        let unitsBefore = { (offset: UInt32) -> Int in
            Int((UInt32(truncatingIfNeeded: entry(cursor &+ offset)) &- base) & rule.format.unitMask)
        }
        let count = record.pointee.end &- cursor
        var low: UInt32 = 0
        var high = min(count, UInt32(truncatingIfNeeded: excess)) &- 1
        if unitsBefore(high) < excess { low = high }
        while low < high {  // the last entry with fewer than `excess` units before it
            let middle = low &+ (high &- low &+ 1) / 2
            if unitsBefore(middle) < excess { low = middle } else { high = middle &- 1 }
        }
        return rule.lengths[window] &- rule.format.age(entry(cursor &+ low), now)
    }

    /// The first entry, not before `sequence`, that a window of this length sees.
    @inline(never)
    func firstEntry(youngerThan length: Int64, from sequence: UInt32, _ format: LogFormat, now: Int64) -> UInt32 {
        let end = record.pointee.end
        var low = sequence
        var step: UInt32 = 1
        var high = low
        while end &- high != 0 && format.age(entry(high), now) >= length {  // gallop: usually one entry has left
            low = high &+ 1
            high = (end &- high) > step ? high &+ step : end
            step &*= 2
        }
        while low != high {
            let middle = low &+ (high &- low) / 2
            if format.age(entry(middle), now) >= length { low = middle &+ 1 } else { high = middle }
        }
        return low
    }
}

// MARK: - Charging

extension SlidingLog {
    /// Adds a request.
    ///
    /// The log must have been read at `now` and must not be full.
    @inline(__always)
    func append(_ units: Int, _ format: LogFormat, now: Int64) {
        let end = record.pointee.end
        entries[Int(end & mask)] = format.entry(now, unitsBefore: record.pointee.units)
        record.pointee.end = end &+ 1
        record.pointee.units &+= UInt32(truncatingIfNeeded: units)
    }

    /// Takes back the newest units, at most all that the longest window sees.
    ///
    /// - Returns: how many were taken back.
    func removeNewest(_ units: Int, _ format: LogFormat) -> Int {
        var left = units
        while left > 0 && record.pointee.end != start {
            let newest = entry(record.pointee.end &- 1)
            let weight = Int((record.pointee.units &- UInt32(truncatingIfNeeded: newest)) & format.unitMask)
            let taken = min(weight, left)
            record.pointee.units &-= UInt32(truncatingIfNeeded: taken)
            left -= taken
            if taken == weight {
                record.pointee.end &-= 1
                moveCursorsBack(to: record.pointee.end)
            }
        }
        return units - left
    }

    /// What the log holds, oldest first: moments and units.
    func forEachEntry(now: Int64, _ body: (_ moment: Int64, _ units: Int) -> Void) {
        let format = LogFormat(unitBits: record.pointee.unitBits)
        let first = start
        for offset in 0..<(record.pointee.end &- first) {
            let next = first &+ offset &+ 1
            let after = next == record.pointee.end ? record.pointee.units : UInt32(truncatingIfNeeded: entry(next))
            let word = entry(first &+ offset)
            body(now &- format.age(word, now), Int((after &- UInt32(truncatingIfNeeded: word)) & format.unitMask))
        }
    }

    /// Copies what is alive into a larger block.
    func move(to larger: UnsafeMutableRawPointer, _ sizeClass: UInt8) {
        let copies = larger.initializeMemory(as: UInt64.self, repeating: 0, count: 1 << Int(sizeClass))
        let largerMask = (1 << UInt32(sizeClass)) - 1 as UInt32
        let first = start
        for offset in 0..<(record.pointee.end &- first) { copies[Int((first &+ offset) & largerMask)] = entry(first &+ offset) }
        record.pointee.ring = UInt64(UInt(bitPattern: larger))
        record.pointee.sizeClass = sizeClass
    }

    /// Forgets everything; right when even the newest entry has left the longest window.
    func clear() { for window in 0..<4 { cursors[window] = record.pointee.end } }

    private func moveCursorsBack(to end: UInt32) {
        for window in 0..<4 where Int32(bitPattern: end &- cursors[window]) < 0 { cursors[window] = end }
    }

    /// Rewrites the entries for other windows: what the old ones saw and the new ones see stays counted.
    ///
    /// - Returns: when the last entry leaves the longest window; `now` when none is left.
    @inline(never)
    func reshape(to rule: WindowRule, now: Int64) -> Int64 {
        let old = LogFormat(unitBits: record.pointee.unitBits)
        let end = record.pointee.end
        let unitsFrom = { (sequence: UInt32) -> UInt32 in
            (record.pointee.units &- UInt32(truncatingIfNeeded: entry(sequence))) & old.unitMask
        }
        var first = firstEntry(youngerThan: rule.longest, from: start, old, now: now)
        // A shorter count field holds fewer units. Every limit fits into it, so the newest units are enough.
        while end &- first > 1 && unitsFrom(first &+ 1) >= rule.format.unitMask { first &+= 1 }
        let total = first == end ? 0 : min(unitsFrom(first), rule.format.unitMask)
        let expiry = first == end ? now : now &- old.age(entry(end &- 1), now) &+ rule.longest
        for offset in 0..<(end &- first) {
            let sequence = first &+ offset
            let word = entry(sequence)
            let before = total &- min(total, unitsFrom(sequence))
            entries[Int(sequence & mask)] = rule.format.entry(now &- old.age(word, now), unitsBefore: before)
        }
        for window in 0..<4 { cursors[window] = first }
        record.pointee.units = total
        record.pointee.signature = rule.signature
        record.pointee.unitBits = rule.format.unitBits
        record.pointee.windowCount = UInt8(truncatingIfNeeded: rule.count)
        return expiry
    }
}
