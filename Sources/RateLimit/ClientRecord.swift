import HardeningCore

/// What is kept of one client under one policy: its key and the head of its ``SlidingLog``, in one cache line.
///
/// The first entry of the log is kept here as well; a client that is seen once takes no more memory than this.
/// Under another algorithm the fields of the log hold its state: see the extensions below.
struct ClientRecord: BitwiseCopyable {
    let key: Fingerprint
    /// From this moment on the client is indistinguishable from one never seen.
    var expiry: Int64 = 0
    /// The address of the log's entries, or the one entry itself while ``sizeClass`` is 0.
    var ring: UInt64 = 0
    /// Sequence number of the next entry, and units before it.
    ///
    /// They wrap; only differences are used.
    var end: UInt32 = 0
    var units: UInt32 = 0
    var signature: UInt32
    /// The ring holds 2 to the power of this entries.
    var sizeClass: UInt8 = 0
    var unitBits: UInt8
    /// 0 in a vacant record.
    var windowCount: UInt8
    /// For every window the sequence number of the oldest entry it still sees.
    var cursors: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

    /// Where ``ring`` and ``cursors`` are, for access in place by number.
    static var ringOffset: Int { 24 }
    static var cursorsOffset: Int { 48 }

    static let vacant = ClientRecord(key: Fingerprint(high: 0, low: 0), signature: 0, unitBits: 0, windowCount: 0)

    @inline(__always)
    var isVacant: Bool { windowCount == 0 }

    /// An empty log, or what is empty under the policy's algorithm.
    init(key: Fingerprint, _ rule: WindowRule) {
        self.init(
            key: key, signature: rule.signature, unitBits: rule.format.unitBits, windowCount: UInt8(truncatingIfNeeded: rule.count))
    }

    /// Nothing used under a rule of which only this much is known.
    init(key: Fingerprint, signature: UInt32, unitBits: UInt8, windowCount: UInt8) {
        self.key = key
        self.signature = signature
        self.unitBits = unitBits
        self.windowCount = windowCount
    }
}

extension ClientRecord {
    var algorithm: RateLimitWindow.Algorithm { WindowRule.algorithm(ofSignature: signature) }

    /// GCRA: the arrival time is where a log has its entry and its end.
    var arrival: GCRA.Arrival {
        @inline(__always) get { GCRA.Arrival(moment: Int64(bitPattern: ring), fraction: end) }
        @inline(__always)
        set {
            ring = UInt64(bitPattern: newValue.moment)
            end = newValue.fraction
            expiry = newValue.ceiling
        }
    }

    /// GCRA: an arrival time earlier than the one before; the client's ``progress`` stays what it was.
    mutating func moveBack(to earlier: GCRA.Arrival) {
        let roundedUp: Int64 = arrival.fraction > earlier.fraction ? 1 : 0
        takenBack = takenBack.addingSaturating(arrival.moment &- earlier.moment &+ roundedUp)
        arrival = earlier
    }

    /// GCRA: the arrival time as if nothing had ever been given back, in nanoseconds.
    ///
    /// It only grows, by at least a step for every unit, so the difference between two of them bounds what was used
    /// in between.
    var progress: Int64 { arrival.moment.addingSaturating(takenBack) }

    /// GCRA: nanoseconds, where a log counts its units and has its last cursor.
    private var takenBack: Int64 {
        get { Int64(units) | Int64(cursors.3) << 32 }
        set {
            units = UInt32(truncatingIfNeeded: newValue)
            cursors.3 = UInt32(truncatingIfNeeded: newValue >> 32)
        }
    }

    /// GCRA: the fraction the arrival time was counted in, where a log has its cursors; it knows no burst.
    var arrivalRule: GCRA {
        get {
            GCRA(period: Int64(cursors.0) | Int64(cursors.1) << 32, divisor: max(1, Int64(cursors.2)), burst: 0)
        }
        set {
            cursors.0 = UInt32(truncatingIfNeeded: newValue.period)
            cursors.1 = UInt32(truncatingIfNeeded: newValue.period >> 32)
            cursors.2 = UInt32(truncatingIfNeeded: newValue.divisor)
        }
    }
}
