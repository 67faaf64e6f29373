import HardeningCore

/// Finds the rows of a model by the names that ``PriceTable`` accepts.
///
/// Every listed name, qualified or not, and every alias is in one hash index, so that a look-up
/// hashes the name once and copies nothing.
struct PriceNames: Sendable {
    enum Answer {
        case price(ModelPrice)
        case unknown
        case notInEffect
    }

    private struct Item: Sendable {
        /// The bytes of the name in ``text``.
        let name: Range<Int>
        /// Dated rows come before the one without days; empty for a name that must not be resolved further.
        let rows: Range<Int>
    }

    private var items: [Item] = []
    private var text: [UInt8] = []
    private var rows: [ModelPrice] = []
    private var index = SlotIndex()
    private let seed = FingerprintKey()

    init(rows: [ModelPrice], aliases: [String: String], refusedSnapshots: Set<String>) {
        var byName: [String: [ModelPrice]] = [:]
        for row in rows {
            byName["\(row.provider)/\(row.model)", default: []].append(row)
            byName[row.model, default: []].append(row)
        }
        // A name that two providers list is ambiguous: only the qualified ones stay.
        byName = byName.filter { Set($0.value.map(\.provider)).count == 1 }
        for (alias, name) in aliases where byName[alias] == nil { byName[alias] = byName[name] }
        for (name, rows) in byName {
            let base = ModelName.withoutLatest(name)
            if byName[base] == nil { byName[base] = rows }
        }
        for (name, rows) in byName { insert(name, rows.filter(\.isDated) + rows.filter { !$0.isDated }) }
        for name in refusedSnapshots where byName[name] == nil { insert(name, []) }
    }

    /// - Complexity: O(length of the name + rows of the model), no allocation.
    func price(of name: String, onDay day: Int64) -> Answer {
        if let answer = name.utf8.withContiguousStorageIfAvailable({ price(of: UnsafeRawBufferPointer($0), onDay: day) }) {
            return answer
        }
        return Array(name.utf8).withUnsafeBytes { price(of: $0, onDay: day) }
    }

    private func price(of name: UnsafeRawBufferPointer, onDay day: Int64) -> Answer {
        let found = find(name) ?? ModelName.lengthWithoutSnapshot(name).flatMap { find(UnsafeRawBufferPointer(rebasing: name[..<$0])) }
        guard let slot = found, !items[slot].rows.isEmpty else { return .unknown }
        for position in items[slot].rows where rows[position].isInEffect(onDay: day) { return .price(rows[position]) }
        return .notInEffect
    }

    private func find(_ name: UnsafeRawBufferPointer) -> Int? {
        let hash = seed.fingerprint(of: name).low
        return text.withUnsafeBytes { text in
            index.find(hash) { Self.isEqual(UnsafeRawBufferPointer(rebasing: text[items[$0].name]), name) }
        }
    }

    /// Word by word, the last one overlapping.
    @inline(__always)
    private static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        let count = left.count
        guard count == right.count else { return false }
        guard count >= 8 else { return left.elementsEqual(right) }
        func differs(_ offset: Int) -> Bool {
            left.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        var offset = 0
        while offset + 8 <= count {
            if differs(offset) { return false }
            offset += 8
        }
        return !differs(count - 8)
    }

    private mutating func insert(_ name: String, _ rows: [ModelPrice]) {
        let item = Item(name: text.count..<text.count + name.utf8.count, rows: self.rows.count..<self.rows.count + rows.count)
        text.append(contentsOf: name.utf8)
        self.rows.append(contentsOf: rows)
        items.append(item)
        index.insert(items.count - 1, hash: seed.fingerprint(of: name).low)
    }
}
