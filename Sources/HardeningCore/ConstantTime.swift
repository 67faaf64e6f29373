/// Comparison that takes the same time wherever the first difference is.
public enum ConstantTime {
    /// Whether both sequences hold the same bytes.
    ///
    /// Time depends on the lengths only. Lengths themselves are not secret: a difference in length
    /// answers at once. Compare MACs, digests and tokens with this, never with `==`.
    ///
    /// - Complexity: O(n), no allocation.
    @inlinable
    public static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<left.count {
            difference |= left[index] ^ right[index]
        }
        return difference == 0
    }

    /// Whether both collections hold the same bytes; see ``equal(_:_:)-(UnsafeRawBufferPointer,_)``.
    @inlinable
    public static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) {
            difference |= a ^ b
        }
        return difference == 0
    }
}
