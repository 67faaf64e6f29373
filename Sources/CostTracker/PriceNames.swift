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
        let name: [UInt8]
        /// Dated rows come before the one without days; empty for a name that must not be resolved further.
        let rows: [ModelPrice]
    }

    private var items: [Item] = []
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
        for row in items[slot].rows where row.isInEffect(onDay: day) { return .price(row) }
        return .notInEffect
    }

    private func find(_ name: UnsafeRawBufferPointer) -> Int? {
        index.find(seed.fingerprint(of: name).low) { slot in
            items[slot].name.count == name.count && items[slot].name.elementsEqual(name)
        }
    }

    private mutating func insert(_ name: String, _ rows: [ModelPrice]) {
        items.append(Item(name: Array(name.utf8), rows: rows))
        index.insert(items.count - 1, hash: seed.fingerprint(of: name).low)
    }
}
