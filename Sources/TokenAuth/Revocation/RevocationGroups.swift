/// Where watermarks go when there is no room for more: 4,096 groups per kind, chosen by fingerprint.
///
/// A watermark on a group refuses what it must and about one in 4,096 others, once. The memory is
/// fixed (32 KiB a kind), so this last level can never be full.
struct RevocationGroups {
    static let count = 4_096

    private var watermarks: [[Int64]] = RevocationShard.Kind.allCases.map { _ in [] }

    func watermark(_ kind: RevocationShard.Kind, _ fingerprint: UInt64) -> Int64? {
        let group = watermarks[kind.rawValue]
        guard !group.isEmpty else { return nil }
        let seconds = group[Int(fingerprint % UInt64(Self.count))]
        return seconds == .min ? nil : seconds
    }

    mutating func raise(_ kind: RevocationShard.Kind, _ fingerprint: UInt64, to seconds: Int64) {
        if watermarks[kind.rawValue].isEmpty { watermarks[kind.rawValue] = [Int64](repeating: .min, count: Self.count) }
        let index = Int(fingerprint % UInt64(Self.count))
        watermarks[kind.rawValue][index] = max(watermarks[kind.rawValue][index], seconds)
    }
}
