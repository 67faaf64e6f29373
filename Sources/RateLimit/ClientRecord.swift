import HardeningCore

/// What is kept of one client under one policy: its key and the head of its ``SlidingLog``, in one cache line.
///
/// The first entry of the log is kept here as well; a client that is seen once takes no more memory than this.
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

    /// An empty log.
    init(key: Fingerprint, _ rule: WindowRule) {
        self.init(
            key: key, signature: rule.signature, unitBits: rule.format.unitBits, windowCount: UInt8(truncatingIfNeeded: rule.count))
    }

    private init(key: Fingerprint, signature: UInt32, unitBits: UInt8, windowCount: UInt8) {
        self.key = key
        self.signature = signature
        self.unitBits = unitBits
        self.windowCount = windowCount
    }
}
