import HardeningCore

/// Which blocks of addresses hold an address: a hash table per prefix length in use.
///
/// - Complexity: O(distinct prefix lengths) to look up, however many blocks; O(1) to add and remove.
struct CIDRTable: Sendable {
    /// An entry of the list, as far as a look-up needs it.
    struct Mark: BitwiseCopyable, Sendable {
        var id: UInt64
        /// `Int64.max` for never.
        var expiry: Int64
    }

    struct Marks: BitwiseCopyable, Sendable {
        var allow: Mark?
        var block: Mark?
    }

    private struct Level: Sendable {
        let prefixLength: Int
        var blocks: [UInt128: Marks] = [:]
    }

    private var v4: [Level] = []
    private var v6: [Level] = []

    /// Calls `body` with what is known of every block that holds the address.
    func forEachBlock(containing address: IPAddress, _ body: (Marks) -> Void) {
        for level in address.family == .v4 ? v4 : v6 {
            if let marks = level.blocks[address.masked(toPrefix: level.prefixLength).bits] { body(marks) }
        }
    }

    /// Puts a mark on a block, or takes it away with nil.
    mutating func set(_ effect: AccessEntry.Effect, _ mark: Mark?, on block: CIDRBlock) {
        if block.base.family == .v4 { Self.set(effect, mark, on: block, in: &v4) } else { Self.set(effect, mark, on: block, in: &v6) }
    }

    private static func set(_ effect: AccessEntry.Effect, _ mark: Mark?, on block: CIDRBlock, in levels: inout [Level]) {
        var index = levels.firstIndex { $0.prefixLength == block.prefixLength }
        if index == nil && mark != nil {
            levels.append(Level(prefixLength: block.prefixLength))
            index = levels.count - 1
        }
        guard let index else { return }
        var marks = levels[index].blocks[block.base.bits] ?? Marks()
        switch effect {
        case .allow: marks.allow = mark
        case .block: marks.block = mark
        }
        levels[index].blocks[block.base.bits] = marks.allow == nil && marks.block == nil ? nil : marks
        if levels[index].blocks.isEmpty { levels.remove(at: index) }
    }
}
