/// The place of a field inside a JSON document (RFC 6901): `/address/lines/0`.
///
/// The empty pointer is the whole document.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let description: String

    public static let root = JSONPointer(description: "")

    private init(description: String) {
        self.description = description
    }

    /// A pointer written out, as RFC 6901 spells it.
    ///
    /// `"email"` means `"/email"`.
    public init(stringLiteral text: String) {
        description = text.isEmpty || text.hasPrefix("/") ? text : "/" + text
    }

    /// The member `name` of the object that this pointer points at; `~` and `/` are escaped.
    public func appending(_ name: String) -> JSONPointer {
        var token: [UInt8] = [UInt8(ascii: "/")]
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "~"): token += [UInt8(ascii: "~"), UInt8(ascii: "0")]
            case UInt8(ascii: "/"): token += [UInt8(ascii: "~"), UInt8(ascii: "1")]
            default: token.append(byte)
            }
        }
        return JSONPointer(description: description + String(decoding: token, as: UTF8.self))
    }

    /// The element `index` of the array that this pointer points at.
    public func appending(_ index: Int) -> JSONPointer {
        JSONPointer(description: "\(description)/\(index)")
    }
}
