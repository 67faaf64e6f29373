/// The exact sliding window of one client under one policy: a ring of the moments of admitted requests.
///
/// All windows of a policy share the ring. An entry is 64 bits, whatever the request cost: its moment and the
/// count of units before it (``LogFormat``). For every window the ring keeps a cursor to the oldest entry that
/// the window still sees; the difference of two counts is what was used, so a decision touches one entry per
/// window. Cursors only move forward, over entries that have left: amortised O(1), at worst O(log entries).
///
/// This is a view of memory that a ``LogPool`` owns. It holds no clock: `now` is an argument, and never smaller
/// than in the call before.
///
/// Layout: four cursors, ``Header``, entries. The smallest block is one cache line with four entries.
struct SlidingLog {
    struct Header: BitwiseCopyable {
        /// Sequence numbers and counts wrap; only differences are used.
        var end: UInt32
        var units: UInt32
        var signature: UInt32
        var sizeClass: UInt8
        var unitBits: UInt8
        var windowCount: UInt8
    }

    struct Use {
        /// Units in the window.
        var used: Int
        /// Nanoseconds until the oldest of them leaves; 0 when there is none.
        var reset: Int64
    }

    let block: UnsafeMutableRawPointer

    private var cursors: UnsafeMutablePointer<UInt32> { block.assumingMemoryBound(to: UInt32.self) }
    private var header: UnsafeMutablePointer<Header> { (block + 16).assumingMemoryBound(to: Header.self) }
    private var entries: UnsafeMutablePointer<UInt64> { (block + 32).assumingMemoryBound(to: UInt64.self) }

    static func capacity(ofClass sizeClass: UInt8) -> Int { 4 << Int(sizeClass) }
    static func byteCount(ofClass sizeClass: UInt8) -> Int { 32 + 8 * capacity(ofClass: sizeClass) }

    /// Makes an empty log of a fresh block.
    static func initialize(_ block: UnsafeMutableRawPointer, sizeClass: UInt8, rule: WindowRule) -> SlidingLog {
        block.initializeMemory(as: UInt32.self, repeating: 0, count: 4)
        let header = Header(
            end: 0, units: 0, signature: rule.signature, sizeClass: sizeClass, unitBits: rule.format.unitBits,
            windowCount: UInt8(truncatingIfNeeded: rule.count)
        )
        (block + 16).initializeMemory(as: Header.self, repeating: header, count: 1)
        (block + 32).initializeMemory(as: UInt64.self, repeating: 0, count: capacity(ofClass: sizeClass))
        return SlidingLog(block: block)
    }

    var sizeClass: UInt8 { header.pointee.sizeClass }
    private var mask: UInt32 { (4 << UInt32(sizeClass)) &- 1 }
    /// The cursor of the longest window: nothing before it is ever read again.
    private var start: UInt32 { cursors[Int(header.pointee.windowCount) &- 1] }
    var entryCount: Int { Int(header.pointee.end &- start) }
    var isFull: Bool { entryCount > Int(mask) }

    @inline(__always)
    private func entry(_ sequence: UInt32) -> UInt64 { entries[Int(sequence & mask)] }
}

// MARK: - Deciding

extension SlidingLog {
    /// Whether the log was written under windows of these lengths.
    @inline(__always)
    func suits(_ rule: WindowRule) -> Bool { header.pointee.signature == rule.signature }

    /// What the window sees at `now`.
    @inline(__always)
    func use(of window: Int, _ rule: WindowRule, now: Int64) -> Use {
        let end = header.pointee.end
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
        let used = (header.pointee.units &- UInt32(truncatingIfNeeded: oldest)) & rule.format.unitMask
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
        let count = header.pointee.end &- cursor
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
    private func firstEntry(youngerThan length: Int64, from sequence: UInt32, _ format: LogFormat, now: Int64) -> UInt32 {
        let end = header.pointee.end
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
        let end = header.pointee.end
        entries[Int(end & mask)] = format.entry(now, unitsBefore: header.pointee.units)
        header.pointee.end = end &+ 1
        header.pointee.units &+= UInt32(truncatingIfNeeded: units)
    }

    /// Takes back the newest units, at most all that the longest window sees.
    ///
    /// - Returns: how many were taken back.
    func removeNewest(_ units: Int, _ format: LogFormat) -> Int {
        var left = units
        while left > 0 && header.pointee.end != start {
            let newest = entry(header.pointee.end &- 1)
            let weight = Int((header.pointee.units &- UInt32(truncatingIfNeeded: newest)) & format.unitMask)
            let taken = min(weight, left)
            header.pointee.units &-= UInt32(truncatingIfNeeded: taken)
            left -= taken
            if taken == weight {
                header.pointee.end &-= 1
                moveCursorsBack(to: header.pointee.end)
            }
        }
        return units - left
    }

    /// Copies what is alive into a larger block.
    func move(to larger: SlidingLog) {
        let first = start
        let count = header.pointee.end &- first
        for offset in 0..<count {
            larger.entries[Int((first &+ offset) & larger.mask)] = entry(first &+ offset)
        }
        for window in 0..<4 { larger.cursors[window] = cursors[window] }
        var moved = header.pointee
        moved.sizeClass = larger.sizeClass
        larger.header.pointee = moved
    }

    /// Forgets everything; right when even the newest entry has left the longest window.
    func clear() {
        for window in 0..<4 { cursors[window] = header.pointee.end }
    }

    private func moveCursorsBack(to end: UInt32) {
        for window in 0..<4 where Int32(bitPattern: end &- cursors[window]) < 0 { cursors[window] = end }
    }

    /// Rewrites the entries for other windows: what the old ones saw and the new ones see stays counted.
    ///
    /// - Returns: the age of the newest entry; nil when none is left.
    @inline(never)
    func reshape(to rule: WindowRule, now: Int64) -> Int64? {
        let old = LogFormat(unitBits: header.pointee.unitBits)
        let end = header.pointee.end
        let unitsFrom = { (sequence: UInt32) -> UInt32 in
            (header.pointee.units &- UInt32(truncatingIfNeeded: entry(sequence))) & old.unitMask
        }
        var first = firstEntry(youngerThan: rule.longest, from: start, old, now: now)
        // A shorter count field holds fewer units. Every limit fits into it, so the newest units are enough.
        while end &- first > 1 && unitsFrom(first &+ 1) >= rule.format.unitMask { first &+= 1 }
        let total = first == end ? 0 : min(unitsFrom(first), rule.format.unitMask)
        let newestAge = first == end ? nil : old.age(entry(end &- 1), now)
        for offset in 0..<(end &- first) {
            let sequence = first &+ offset
            let word = entry(sequence)
            let before = total &- min(total, unitsFrom(sequence))
            entries[Int(sequence & mask)] = rule.format.entry(now &- old.age(word, now), unitsBefore: before)
        }
        for window in 0..<4 { cursors[window] = first }
        header.pointee.units = total
        header.pointee.signature = rule.signature
        header.pointee.unitBits = rule.format.unitBits
        header.pointee.windowCount = UInt8(truncatingIfNeeded: rule.count)
        return newestAge
    }
}
