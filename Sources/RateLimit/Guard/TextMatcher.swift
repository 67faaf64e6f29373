/// Finds many short texts in one text at once, whatever the letter case of ASCII.
///
/// The automaton of Aho and Corasick ("Efficient string matching", CACM 18(6), 1975), as a table with one column per
/// byte that occurs in a pattern and one for all others. One step per byte, no step back: there is no text that makes
/// it slow. It reads the first ``scannedBytes`` bytes and no more.
///
/// Memory: four bytes per state and column, at most 16,385 states.
struct TextMatcher: Sendable {
    static let scannedBytes = 512
    static let maximumPatternBytes = 128
    /// Bytes of all patterns together.
    static let maximumTotalBytes = 16_384

    private static let none = UInt32.max

    private var columns = [UInt8](repeating: 0, count: 256)
    /// Columns of a row, the first of which holds the first of the patterns that end in the state.
    private var width: UInt32 = 2
    /// A row per state; a state is the index of its row, which saves a multiplication per byte.
    private var table: [UInt32] = []

    /// - Parameter patterns: none empty, ``maximumTotalBytes`` bytes together; what is beyond is left out.
    init(_ patterns: [String]) {
        let patterns = patterns.map { $0.utf8.map(Self.lowered) }
        columns = [UInt8](repeating: 1, count: 256)
        for byte in patterns.joined() where columns[Int(byte)] == 1 {
            columns[Int(byte)] = UInt8(width)
            width += 1
        }
        for upper in UInt8(ascii: "A")...UInt8(ascii: "Z") { columns[Int(upper)] = columns[Int(Self.lowered(upper))] }
        addState()
        for (index, pattern) in patterns.enumerated() { insert(pattern, UInt32(clamping: index)) }
        link()
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private mutating func addState() {
        table.append(contentsOf: repeatElement(Self.none, count: Int(width)))
    }

    private mutating func insert(_ pattern: [UInt8], _ index: UInt32) {
        guard !pattern.isEmpty, table.count / Int(width) + pattern.count <= Self.maximumTotalBytes + 1 else { return }
        var state = 0
        for byte in pattern {
            let edge = state + Int(columns[Int(byte)])
            if table[edge] == Self.none {
                table[edge] = UInt32(table.count)
                addState()
            }
            state = Int(table[edge])
        }
        table[state] = min(table[state], index)
    }

    /// Breadth first: where a state has no edge, the longest proper suffix that is a state tells the way.
    private mutating func link() {
        var suffixes = [0: 0]
        var queue = [0]
        var head = 0
        while head < queue.count {
            let state = queue[head]
            let suffix = suffixes[state] ?? 0
            head += 1
            for column in 1..<Int(width) {
                let fallback = state == 0 ? 0 : table[suffix + column]
                guard table[state + column] != Self.none else {
                    table[state + column] = fallback
                    continue
                }
                let child = Int(table[state + column])
                suffixes[child] = Int(fallback)
                table[child] = min(table[child], table[Int(fallback)])
                queue.append(child)
            }
        }
    }

    /// The first in the list of the patterns that occur in the text.
    ///
    /// - Complexity: O(bytes read), about 2 ns each; no allocation for native strings.
    func firstMatch(in text: String) -> Int? {
        guard table.count > Int(width) else { return nil }
        let index =
            text.utf8.withContiguousStorageIfAvailable { search(UnsafeBufferPointer(rebasing: $0.prefix(Self.scannedBytes))) }
            ?? Array(text.utf8.prefix(Self.scannedBytes)).withUnsafeBufferPointer(search)
        return index == Self.none ? nil : Int(index)
    }

    private func search(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            columns.withUnsafeBufferPointer { columns in
                var state: UInt32 = 0
                var best = Self.none
                for byte in bytes {
                    state = table[Int(state &+ UInt32(columns[Int(byte)]))]
                    best = min(best, table[Int(state)])
                }
                return best
            }
        }
    }
}
