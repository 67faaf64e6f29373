import HardeningCore

// A deploy need not forget what clients used.
extension RateLimiter {
    /// What every client has used, for ``importState(_:)`` in the process that follows.
    ///
    /// ```swift
    /// try Data(limiter.exportState()).write(to: file)          // when the old process stops
    /// try limiter.importState([UInt8](Data(contentsOf: file))) // before the new one serves
    /// ```
    /// Records of clients and live sketches are in it; counters, events and the most refused clients are not.
    /// Clients appear as fingerprints. It is written shard by shard: what happens meanwhile in a shard that is done
    /// is not in it, so stop serving first.
    ///
    /// The format: `SHRL`, a version, the wall time, a digest that tells the ``fingerprintKey``, the number of shards, the
    /// records, the sketches, and a keyed digest of all of it, little-endian. About 50 bytes for a client that was seen
    /// once, and 12 for each further request.
    ///
    /// - Complexity: O(capacity + use), one shard's lock at a time.
    public func exportState() -> [UInt8] {
        var writer = StateWriter()
        writer.append(Self.magic)
        writer.append(Self.version)
        writer.append(time.timestamp.nanosecondsSince1970)
        let mark = fingerprintKey.fingerprint(of: Self.keyMark)
        writer.append(mark.high)
        writer.append(mark.low)
        writer.append(UInt32(shards.count))
        let countPosition = writer.bytes.count
        writer.append(UInt64(0))
        var records = 0
        var sketches: [SketchState] = []
        for index in 0..<shards.count {
            let part = shards.withShard(index) { shard in
                let now = shard.pointee.clock.advance(to: time.monotonic)
                var part = StateWriter()
                let count = shard.pointee.writeRecords(to: &part, now: now)
                return ShardExport(records: part.bytes, count: count, sketches: shard.pointee.sketchStates(index, now: now))
            }
            writer.append(part.records)
            records += part.count
            sketches += part.sketches
        }
        writer.replace(UInt64(records), at: countPosition)
        writer.append(UInt32(clamping: sketches.count))
        for sketch in sketches { sketch.write(to: &writer) }
        let seal = writer.bytes.withUnsafeBytes { fingerprintKey.fingerprint(of: $0) }
        writer.append(seal.high)
        writer.append(seal.low)
        return writer.bytes
    }

    /// Goes on with what clients had used in another process, or in this limiter's predecessor.
    ///
    /// Clients have aged by what the wall clock says has passed since; if it went back, by nothing. Exact windows and
    /// GCRAs decide afterwards as if there had been no restart. Counters too, unless the wall clock was set: then a
    /// span may count up to one span longer. Any capacity with room for the clients and any number of processors
    /// will do; sketches of another size are carried over so that nobody counts less, and some more.
    ///
    /// - Parameter bytes: what ``exportState()`` returned under the same ``fingerprintKey``.
    /// - Returns: how many pairs of policy and client had not expired.
    /// - Throws: ``RateLimitStateError``; then nothing was taken.
    /// - Complexity: O(bytes), under all locks at once: before the limiter is used.
    @discardableResult
    public func importState(_ bytes: [UInt8]) throws(RateLimitStateError) -> Int {
        let state = try LimiterState(bytes, fingerprintKey)
        let passed = max(0, time.timestamp.nanosecondsSince1970.subtractingSaturating(state.wall))
        let indices = Array(0..<shards.count)
        let answer = indices.withUnsafeBufferPointer { indices in
            shards.withShards(indices) { shard in take(state, aged: min(passed, 4 * WindowRule.maximumLength), shard) }
        }
        return try answer.get()
    }

    private func take(
        _ state: LimiterState, aged passed: Int64, _ shard: (Int) -> UnsafeMutablePointer<Shard>
    ) -> Result<Int, RateLimitStateError> {
        var arriving = [Int](repeating: 0, count: shards.count)
        for record in state.records { arriving[shards.index(of: record.key)] += 1 }
        for index in 0..<shards.count {
            let target = shard(index)
            guard target.pointee.trackedCount == 0, target.pointee.quietFrom == 0 else { return .failure(RateLimitStateError(.notEmpty)) }
            guard arriving[index] <= target.pointee.table.room else { return .failure(RateLimitStateError(.tooManyEntries)) }
        }
        let reading = time.monotonic
        for index in 0..<shards.count {
            let now = shard(index).pointee.clock.advance(to: reading)
            // The shards a client of this one can have been in.
            let mask = min(shards.count, state.shardCount) - 1
            shard(index).pointee.take(state.sketches.filter { $0.shard & mask == index & mask }, aged: passed, now: now)
        }
        var taken = 0
        for record in state.records {
            let target = shard(shards.index(of: record.key))
            if target.pointee.take(record, aged: passed, now: target.pointee.clock.now) { taken += 1 }
        }
        return .success(taken)
    }

    fileprivate static let magic: UInt32 = 0x4c52_4853  // SHRL
    fileprivate static let version: UInt8 = 1
    fileprivate static let keyMark = "exported rate limits"
}

private struct ShardExport: Sendable {
    let records: [UInt8]
    let count: Int
    let sketches: [SketchState]
}

/// An export, read and checked, before anything is changed.
private struct LimiterState {
    let wall: Int64
    let shardCount: Int
    private(set) var records: [StateRecord] = []
    private(set) var sketches: [SketchState] = []

    init(_ bytes: [UInt8], _ key: FingerprintKey) throws(RateLimitStateError) {
        guard bytes.count >= 61 else { throw RateLimitStateError(.notAnExport) }
        var reader = StateReader(bytes.dropLast(16))
        guard try reader.read(UInt32.self) == RateLimiter.magic else { throw RateLimitStateError(.notAnExport) }
        guard try reader.read(UInt8.self) == RateLimiter.version else { throw RateLimitStateError(.version) }
        wall = try reader.read(Int64.self)
        let mark = Fingerprint(high: try reader.read(UInt64.self), low: try reader.read(UInt64.self))
        guard mark == key.fingerprint(of: RateLimiter.keyMark) else { throw RateLimitStateError(.otherKey) }
        var end = StateReader(bytes.suffix(16))
        let seal = Fingerprint(high: try end.read(UInt64.self), low: try end.read(UInt64.self))
        guard bytes.withUnsafeBytes({ key.fingerprint(of: UnsafeRawBufferPointer(rebasing: $0.dropLast(16))) }) == seal else {
            throw RateLimitStateError(.damaged)
        }
        shardCount = Int(try reader.read(UInt32.self))
        let count = try reader.read(UInt64.self)
        guard shardCount.nonzeroBitCount == 1, count <= UInt64(reader.remaining / 34) else { throw RateLimitStateError(.damaged) }
        for _ in 0..<count { records.append(try StateRecord(&reader)) }
        for _ in 0..<(try reader.count(ofAtLeast: 13)) { sketches.append(try SketchState(&reader, shardCount: shardCount)) }
        guard reader.remaining == 0 else { throw RateLimitStateError(.damaged) }
    }
}
