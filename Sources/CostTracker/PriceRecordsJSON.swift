/// A JSON price table as the records that ``PriceRowParser`` reads, and where each field stood.
struct PriceRecordsJSON {
    /// A header and one record per object.
    private(set) var records: [[String]] = []
    private var header: [String] = []
    private let objects: [JSONValue]

    /// - Throws: ``PriceTableError`` with path and byte offset.
    init(bytes: some Sequence<UInt8>) throws(PriceTableError) {
        let document: JSONValue
        do {
            document = try JSONReader.value(in: bytes)
        } catch {
            throw PriceTableError(
                code: .malformedJSON, row: nil, column: nil, value: nil, path: error.path, byteOffset: error.offset, message: error.message)
        }
        guard let prices = document["prices"], case .array(let objects) = prices.content else {
            throw Self.malformed("$.prices", document.offset, "a table is an object with an array \"prices\"")
        }
        self.objects = objects
        guard (1...10_000).contains(objects.count) else {
            throw PriceTableError(
                code: .size, row: nil, column: nil, value: nil, path: "$.prices", byteOffset: prices.offset,
                message: "a table has 1 to 10000 prices")
        }
        header = ["provider", "model", "input"]
        var columns: [String: Int] = ["provider": 0, "model": 1, "input": 2]
        var fields: [[(Int, String)]] = []
        for (index, object) in objects.enumerated() {
            fields.append(try Self.fields(of: object, index: index, header: &header, columns: &columns))
        }
        records = [header]
        for row in fields {
            var record = [String](repeating: "", count: header.count)
            for (column, text) in row { record[column] = text }
            records.append(record)
        }
    }

    private static func fields(
        of object: JSONValue, index: Int, header: inout [String], columns: inout [String: Int]
    ) throws(PriceTableError) -> [(Int, String)] {
        guard case .object(let members) = object.content else {
            throw malformed("$.prices[\(index)]", object.offset, "a price is an object")
        }
        var fields: [(Int, String)] = []
        for member in members {
            let path = "$.prices[\(index)].\(member.name.prefix(64))"
            guard PriceRowParser.known.contains(member.name) else {
                throw PriceTableError(
                    code: .column, row: nil, column: member.name, value: nil, path: path, byteOffset: member.offset,
                    message: "an unknown name")
            }
            let column = columns[member.name] ?? header.count
            if column == header.count {
                header.append(member.name)
                columns[member.name] = column
            }
            switch member.value.content {
            case .string(let text), .number(let text): fields.append((column, text))
            case .null: break
            default: throw malformed(path, member.value.offset, "a field is a text, a number or null")
            }
        }
        return fields
    }

    /// The same refusal, placed in the document that the records came from.
    func placed(_ error: PriceTableError) -> PriceTableError {
        guard let row = error.row, objects.indices.contains(row - 2) else { return error }
        let object = objects[row - 2]
        let name = error.column.map { ".\($0)" } ?? ""
        return PriceTableError(
            code: error.code, row: nil, column: error.column, value: error.value, path: "$.prices[\(row - 2)]\(name)",
            byteOffset: (error.column.flatMap { object[$0] } ?? object).offset, message: error.message)
    }

    private static func malformed(_ path: String, _ offset: Int, _ message: String) -> PriceTableError {
        PriceTableError(code: .malformedJSON, row: nil, column: nil, value: nil, path: path, byteOffset: offset, message: message)
    }
}
