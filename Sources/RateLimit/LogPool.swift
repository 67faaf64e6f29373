/// The memory of the logs and counters of one shard: blocks of 4, 8, 16, … words of 8 bytes.
///
/// Small blocks are cut from slabs and used again, so that clients who come and go cost no allocation. Blocks of
/// more than 32 entries belong to busy clients and are allocated one by one, and given back at once. A log
/// of one entry needs no block.
struct LogPool: BitwiseCopyable {
    /// Size classes are binary logarithms of entries.
    static let smallest: UInt8 = 2
    private static let largestPooled: UInt8 = 5
    private static let slabBytes = 4096

    private typealias Head = UnsafeMutableRawPointer?
    private var free: (Head, Head, Head, Head) = (nil, nil, nil, nil)
    private var slabs: UnsafeMutableRawPointer?
    /// Bytes held, in use or kept for use.
    private(set) var byteCount = 0

    /// Gives a full log twice the room, at least four entries; the old block is released.
    @inline(never)
    mutating func grow(_ log: SlidingLog) {
        let old = log.block
        let sizeClass = max(Self.smallest, log.sizeClass + 1)
        let oldClass = log.sizeClass
        log.move(to: block(sizeClass), sizeClass)
        if let old { release(old, oldClass) }
    }

    mutating func release(_ log: SlidingLog) { if let block = log.block { release(block, log.sizeClass) } }

    private mutating func release(_ block: UnsafeMutableRawPointer, _ sizeClass: UInt8) {
        if sizeClass <= Self.largestPooled { return push(block, sizeClass) }
        byteCount -= 8 << Int(sizeClass)
        block.deallocate()
    }

    /// Gives the slabs back.
    ///
    /// Blocks that are still in use die with them; larger ones must be released first.
    mutating func deallocate() {
        while let slab = slabs {
            slabs = slab.load(as: UnsafeMutableRawPointer?.self)
            slab.deallocate()
        }
        free = (nil, nil, nil, nil)
    }

    /// Uninitialised memory, on a cache line of its own from class 3 on.
    mutating func block(_ sizeClass: UInt8) -> UnsafeMutableRawPointer {
        let size = 8 << Int(sizeClass)
        guard sizeClass <= Self.largestPooled else {
            byteCount += size
            return .allocate(byteCount: size, alignment: 64)
        }
        return pop(sizeClass) ?? firstBlockOfNewSlab(cutInto: size, sizeClass)
    }

    /// The first cache line of a slab links to the next slab.
    private mutating func firstBlockOfNewSlab(cutInto size: Int, _ sizeClass: UInt8) -> UnsafeMutableRawPointer {
        let slab = UnsafeMutableRawPointer.allocate(byteCount: Self.slabBytes, alignment: 64)
        slab.storeBytes(of: slabs, as: UnsafeMutableRawPointer?.self)
        slabs = slab
        byteCount += Self.slabBytes
        var offset = 64 + size
        while offset + size <= Self.slabBytes {
            push(slab + offset, sizeClass)
            offset += size
        }
        return slab + 64
    }

    private mutating func push(_ block: UnsafeMutableRawPointer, _ sizeClass: UInt8) {
        block.storeBytes(of: head(sizeClass), as: UnsafeMutableRawPointer?.self)
        setHead(sizeClass, block)
    }

    private mutating func pop(_ sizeClass: UInt8) -> UnsafeMutableRawPointer? {
        guard let block = head(sizeClass) else { return nil }
        setHead(sizeClass, block.load(as: UnsafeMutableRawPointer?.self))
        return block
    }

    private func head(_ sizeClass: UInt8) -> UnsafeMutableRawPointer? {
        switch sizeClass {
        case 2: free.0
        case 3: free.1
        case 4: free.2
        default: free.3
        }
    }

    private mutating func setHead(_ sizeClass: UInt8, _ block: UnsafeMutableRawPointer?) {
        switch sizeClass {
        case 2: free.0 = block
        case 3: free.1 = block
        case 4: free.2 = block
        default: free.3 = block
        }
    }
}
