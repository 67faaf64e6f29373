/// Equality of public bytes, eight at a time.
///
/// Never for MACs or secrets: it stops at the first difference.
enum ByteComparison {
    @inline(__always)
    static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var index = 0
        while index &+ 8 <= left.count {
            let a = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let b = right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if a != b { return false }
            index &+= 8
        }
        while index < left.count {
            if left[index] != right[index] { return false }
            index &+= 1
        }
        return true
    }
}
