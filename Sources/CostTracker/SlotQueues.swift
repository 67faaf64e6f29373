/// Four first-in-first-out queues of slots; a slot is in at most one of them.
///
/// Doubly linked through one array, so that a slot leaves from the middle in constant time and
/// nothing is allocated per slot.
struct SlotQueues {
    enum Name: Int {
        case reserved
        case dispatched
        case suspense
        case finished
    }

    private struct Link {
        var previous: Int32 = -1
        var next: Int32 = -1
    }

    private struct Ends {
        var head: Int32 = -1
        var tail: Int32 = -1
        var count = 0
    }

    private var links: [Link] = []
    private var ends = [Ends](repeating: Ends(), count: 4)

    func count(of queue: Name) -> Int { ends[queue.rawValue].count }

    /// The slot that has waited longest.
    @inline(__always)
    func first(in queue: Name) -> Int? {
        let head = ends[queue.rawValue].head
        return head < 0 ? nil : Int(head)
    }

    func last(in queue: Name) -> Int? {
        let tail = ends[queue.rawValue].tail
        return tail < 0 ? nil : Int(tail)
    }

    func slot(before slot: Int) -> Int? {
        let previous = links[slot].previous
        return previous < 0 ? nil : Int(previous)
    }

    mutating func append(_ slot: Int, to queue: Name) {
        while links.count <= slot { links.append(Link()) }
        let tail = ends[queue.rawValue].tail
        links[slot] = Link(previous: tail, next: -1)
        if tail >= 0 {
            links[Int(tail)].next = Int32(truncatingIfNeeded: slot)
        } else {
            ends[queue.rawValue].head = Int32(truncatingIfNeeded: slot)
        }
        ends[queue.rawValue].tail = Int32(truncatingIfNeeded: slot)
        ends[queue.rawValue].count += 1
    }

    /// - Parameter slot: a slot that is in `queue`.
    mutating func remove(_ slot: Int, from queue: Name) {
        let link = links[slot]
        if link.previous >= 0 { links[Int(link.previous)].next = link.next } else { ends[queue.rawValue].head = link.next }
        if link.next >= 0 { links[Int(link.next)].previous = link.previous } else { ends[queue.rawValue].tail = link.previous }
        ends[queue.rawValue].count -= 1
    }
}
