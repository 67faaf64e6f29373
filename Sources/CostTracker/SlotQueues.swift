/// Four first-in-first-out queues of slots; a slot is in at most one of them.
///
/// Rings linked through one array, whose first four nodes are the ends of the queues: a slot leaves
/// from the middle in constant time without a branch, and nothing is allocated per slot.
struct SlotQueues {
    enum Name: Int {
        case reserved
        case dispatched
        case suspense
        case finished
    }

    private struct Link {
        var previous: Int32
        var next: Int32
    }

    /// The slot's node comes after those of the four ends.
    private static let offset = 4

    private var links: [Link] = (0..<4).map { Link(previous: $0, next: $0) }
    private var counts = (reserved: 0, dispatched: 0, suspense: 0, finished: 0)

    @inline(__always)
    func count(of queue: Name) -> Int {
        switch queue {
        case .reserved: counts.reserved
        case .dispatched: counts.dispatched
        case .suspense: counts.suspense
        case .finished: counts.finished
        }
    }

    /// The slot that has waited longest.
    @inline(__always)
    func first(in queue: Name) -> Int? {
        let node = Int(links[queue.rawValue].next)
        return node < Self.offset ? nil : node - Self.offset
    }

    func last(in queue: Name) -> Int? {
        let node = Int(links[queue.rawValue].previous)
        return node < Self.offset ? nil : node - Self.offset
    }

    func slot(before slot: Int) -> Int? {
        let node = Int(links[slot + Self.offset].previous)
        return node < Self.offset ? nil : node - Self.offset
    }

    @inline(__always)
    mutating func append(_ slot: Int, to queue: Name) {
        let node = slot + Self.offset
        while links.count <= node { links.append(Link(previous: 0, next: 0)) }
        links.withUnsafeMutableBufferPointer { links in
            let last = links[queue.rawValue].previous
            links[node] = Link(previous: last, next: Int32(truncatingIfNeeded: queue.rawValue))
            links[Int(last)].next = Int32(truncatingIfNeeded: node)
            links[queue.rawValue].previous = Int32(truncatingIfNeeded: node)
        }
        add(1, to: queue)
    }

    /// - Parameter slot: a slot that is in `queue`.
    @inline(__always)
    mutating func remove(_ slot: Int, from queue: Name) {
        links.withUnsafeMutableBufferPointer { links in
            let link = links[slot + Self.offset]
            links[Int(link.previous)].next = link.next
            links[Int(link.next)].previous = link.previous
        }
        add(-1, to: queue)
    }

    @inline(__always)
    private mutating func add(_ change: Int, to queue: Name) {
        switch queue {
        case .reserved: counts.reserved += change
        case .dispatched: counts.dispatched += change
        case .suspense: counts.suspense += change
        case .finished: counts.finished += change
        }
    }
}
