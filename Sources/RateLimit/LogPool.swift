/// The memory of the logs of one shard: blocks of 4, 8, 16, … entries.
///
/// Small blocks are cut from slabs and used again, so that clients who come and go cost no allocation. Blocks of
/// more than 32 entries belong to busy clients and are allocated one by one, and given back at once.
struct LogPool: BitwiseCopyable {
    private static let pooledClasses: UInt8 = 4
    private static let slabBytes = 4096

    private typealias Head = UnsafeMutableRawPointer?
    private var free: (Head, Head, Head, Head) = (nil, nil, nil, nil)
    private var slabs: UnsafeMutableRawPointer?
    /// Bytes held, in use or kept for use.
    private(set) var byteCount = 0

    mutating func take(_ sizeClass: UInt8, _ rule: WindowRule) -> SlidingLog {
        SlidingLog.initialize(block(sizeClass), sizeClass: sizeClass, rule: rule)
    }

    /// A block of twice the size with the same content; the old one is released.
    mutating func grow(_ log: SlidingLog, _ rule: WindowRule) -> SlidingLog {
        let larger = take(log.sizeClass + 1, rule)
        log.move(to: larger)
        release(log)
        return larger
    }

    mutating func release(_ log: SlidingLog) {
        let sizeClass = log.sizeClass
        guard sizeClass < Self.pooledClasses else {
            byteCount -= SlidingLog.byteCount(ofClass: sizeClass)
            log.block.deallocate()
            return
        }
        push(log.block, sizeClass)
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

    private mutating func block(_ sizeClass: UInt8) -> UnsafeMutableRawPointer {
        let size = SlidingLog.byteCount(ofClass: sizeClass)
        guard sizeClass < Self.pooledClasses else {
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
        case 0: free.0
        case 1: free.1
        case 2: free.2
        default: free.3
        }
    }

    private mutating func setHead(_ sizeClass: UInt8, _ block: UnsafeMutableRawPointer?) {
        switch sizeClass {
        case 0: free.0 = block
        case 1: free.1 = block
        case 2: free.2 = block
        default: free.3 = block
        }
    }
}
