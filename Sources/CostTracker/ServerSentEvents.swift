/// Cuts a byte stream into the data of server-sent events (WHATWG HTML, §9.2.6).
///
/// Only `data` is kept: providers repeat the event's name in it. Memory: one event, at most
/// ``UsageJSON/maximumBytes``.
struct ServerSentEvents: Sendable {
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    /// After CR: an LF belongs to it.
    private var afterReturn = false
    private var isAtStart = true

    /// Takes what arrived, and gives the data of every event that it completes.
    ///
    /// An event that no blank line has ended is kept for the next call, and never delivered if none comes.
    mutating func receive(_ bytes: some Sequence<UInt8>) throws(UsageError) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n"), afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = byte == UInt8(ascii: "\r")
            if afterReturn || byte == UInt8(ascii: "\n") {
                endLine(&events)
            } else {
                line.append(byte)
                guard line.count + data.count <= UsageJSON.maximumBytes else {
                    self = ServerSentEvents()
                    throw UsageJSON.tooLarge
                }
            }
        }
        return events
    }

    private mutating func endLine(_ events: inout [[UInt8]]) {
        defer { line.removeAll(keepingCapacity: true) }
        if isAtStart, line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        isAtStart = false
        guard !line.isEmpty else {
            if hasData { events.append(data) }
            data.removeAll(keepingCapacity: true)
            hasData = false
            return
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        guard line[..<colon].elementsEqual("data".utf8) else { return }
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if hasData { data.append(UInt8(ascii: "\n")) }
        data.append(contentsOf: value)
        hasData = true
    }
}
