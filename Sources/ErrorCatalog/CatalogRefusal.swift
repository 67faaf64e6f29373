/// Why definitions do not make a catalogue.
public struct CatalogRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// A closed reason with a stable name, for tests and metrics.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case duplicateCode = "CATALOG_DUPLICATE_CODE"
        case malformedCode = "CATALOG_MALFORMED_CODE"
        case statusOutOfRange = "CATALOG_STATUS_OUT_OF_RANGE"
    }

    public let reason: Reason
    /// The code of the offending definition.
    public let code: String

    package init(reason: Reason, code: String) {
        self.reason = reason
        self.code = code
    }

    public var description: String {
        switch reason {
        case .duplicateCode: "the code \(code) is defined twice"
        case .malformedCode: "the code \"\(code)\" is not 2 to 64 of A-Z, 0-9 and _, starting with a letter"
        case .statusOutOfRange: "the status of \(code) is not between 400 and 599"
        }
    }
}
