/// The ``SlidingCounter``s of one client under one policy, one for each window: a view of the block they are in.
struct ClientCounters {
    private let counters: UnsafeMutablePointer<SlidingCounter>

    /// Nil for a record without a block.
    @inline(__always)
    init?(_ record: UnsafeMutablePointer<ClientRecord>) {
        guard record.pointee.sizeClass != 0, let block = UnsafeMutablePointer<SlidingCounter>(bitPattern: UInt(record.pointee.ring))
        else { return nil }
        counters = block
    }

    /// A block for so many windows has 2 to the power of this words of 8 bytes.
    static func sizeClass(_ windows: Int) -> UInt8 { windows == 1 ? 3 : windows == 2 ? 4 : 5 }

    @inline(__always)
    subscript(window: Int) -> UnsafeMutablePointer<SlidingCounter> { counters + window }

    /// Charges every window.
    @inline(__always)
    func add(_ units: Int, _ rule: WindowRule, at moment: Int64) {
        for window in 0..<rule.count {
            let span = SlidingCounter.span(for: rule.lengths[window])
            counters[window].add(units, to: counters[window].number(of: moment, span: span))
        }
    }
}
