/// Cuts a byte stream into the data of server-sent events (WHATWG HTML §9.2.6), as the providers write them.
///
/// Memory: one line, at most ``limit`` bytes.
struct EventLines: Sendable {
    static let limit = 1 << 20

    private var line: [UInt8] = []

    /// Takes what arrived, and gives the data of every line of data that it completes.
    ///
    /// Both providers put an event's JSON on one line.
    ///
    /// - Throws: ``ProviderFailure/answerTooLarge(limitBytes:)``.
    mutating func receive(_ bytes: some Sequence<UInt8>) throws(ProviderFailure) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                guard line.count < Self.limit else { throw .answerTooLarge(limitBytes: Self.limit) }
                line.append(byte)
                continue
            }
            if line.starts(with: "data:".utf8) {
                let value = line.dropFirst(5)
                found.append(Array(value.first == UInt8(ascii: " ") ? value.dropFirst() : value))
            }
            line.removeAll(keepingCapacity: true)
        }
        return found
    }
}
