/// A response as it came over the wire, read strictly (RFC 9112).
struct RawResponse: Sendable {
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    let status: Int
    /// With names in lower case.
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// Reads all responses of a connection, one after the other; what ends in the middle of one is malformed.
    static func all(in bytes: [UInt8]) throws(Malformed) -> [RawResponse] {
        var rest = bytes[...]
        var responses: [RawResponse] = []
        while !rest.isEmpty { responses.append(try RawResponse(reading: &rest)) }
        return responses
    }

    private init(reading rest: inout ArraySlice<UInt8>) throws(Malformed) {
        let statusLine = try Self.line(&rest)
        guard let match = statusLine.wholeMatch(of: /HTTP\/1\.[01] ([1-5][0-9][0-9]) [ -~]*/), let status = Int(match.1) else {
            throw Malformed(description: "status line \(statusLine)")
        }
        self.status = status
        var fields: [(name: String, value: String)] = []
        while true {
            let line = try Self.line(&rest)
            if line.isEmpty { break }
            guard let match = line.wholeMatch(of: /([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~\t]*)/) else {
                throw Malformed(description: "field \(line)")
            }
            fields.append((match.1.lowercased(), String(match.2)))
        }
        self.fields = fields
        body = try Self.body(status, fields, &rest)
    }

    private static func body(
        _ status: Int, _ fields: [(name: String, value: String)], _ rest: inout ArraySlice<UInt8>
    ) throws(Malformed) -> [UInt8] {
        let lengths = fields.filter { $0.name == "content-length" }
        let codings = fields.filter { $0.name == "transfer-encoding" }
        guard lengths.count + codings.count <= 1 else { throw Malformed(description: "the length is told twice") }
        if status < 200 || status == 204 || status == 304 { return [] }
        if let coding = codings.first {
            guard coding.value.lowercased() == "chunked" else { throw Malformed(description: "coding \(coding.value)") }
            return try chunks(&rest)
        }
        guard let length = lengths.first.flatMap({ Int($0.value) }) else { throw Malformed(description: "no length") }
        return try take(length, &rest)
    }

    private static func chunks(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let size = try line(&rest)
            guard let size = Int(size, radix: 16) else { throw Malformed(description: "chunk size \(size)") }
            body += try take(size, &rest)
            guard try line(&rest).isEmpty else { throw Malformed(description: "the chunk does not end") }
            if size == 0 { return body }
        }
    }

    private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(Malformed) -> [UInt8] {
        guard count >= 0, count <= rest.count else { throw Malformed(description: "\(count) bytes told, \(rest.count) there") }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private static func line(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> String {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")), end > rest.startIndex, rest[end - 1] == UInt8(ascii: "\r") else {
            throw Malformed(description: "a line does not end")
        }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<(end - 1)], as: UTF8.self)
    }
}
