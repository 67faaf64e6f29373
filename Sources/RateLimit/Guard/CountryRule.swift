/// Which countries a service is open to, by the two-letter code that a trusted proxy found out.
///
/// ```swift
/// let rule = try CountryRule(allowingOnly: ["AE", "EG", "SA"], unknown: .log)
/// ```
///
/// A proxy guesses the country from the address: right for most, wrong for some, and no obstacle to anyone with a relay.
/// Use it where a law or a contract asks for it. Without a proxy that sets the field and removes the client's own, anybody
/// chooses a country.
public struct CountryRule: Sendable, Hashable {
    private static let letters = 36

    private var listed = Set<UInt16>()
    private let listIsAllowed: Bool
    /// What happens to listed countries of a block-list, and to unlisted ones of an allow-list.
    public let action: AbuseAction
    /// What happens when there is no code, or none that says a country: malformed, `XX`, `ZZ`.
    public let unknown: AbuseAction

    /// Open to these countries only.
    ///
    /// - Parameters:
    ///   - codes: of ISO 3166-1 alpha-2, in either case; also `T1`, by which some proxies mean Tor.
    ///   - action: what happens to others.
    ///   - unknown: always said, because no default suits: refusing locks out those whom the proxy cannot place,
    ///     passing lets in everybody who can hide.
    /// - Throws: ``AbuseRuleError`` for something that is no code, an empty list, or a senseless duration.
    public init(allowingOnly codes: [String], action: AbuseAction = .refuse, unknown: AbuseAction) throws(AbuseRuleError) {
        try self.init(codes, areAllowed: true, action, unknown)
    }

    /// Open to all but these countries; see ``init(allowingOnly:action:unknown:)``.
    public init(blocking codes: [String], action: AbuseAction = .refuse, unknown: AbuseAction) throws(AbuseRuleError) {
        try self.init(codes, areAllowed: false, action, unknown)
    }

    private init(_ codes: [String], areAllowed: Bool, _ action: AbuseAction, _ unknown: AbuseAction) throws(AbuseRuleError) {
        listIsAllowed = areAllowed
        self.action = try action.validated()
        self.unknown = try unknown.validated()
        guard !codes.isEmpty else { throw AbuseRuleError(.country, "A country rule needs a country.") }
        for code in codes {
            guard let number = Self.number(of: code) else {
                throw AbuseRuleError(.country, "\"\(code.prefix(16))\" is not a two-letter country code.")
            }
            listed.insert(number)
        }
    }

    /// What the rule says about a code.
    public func action(for code: String?) -> AbuseAction {
        guard let number = code.flatMap(Self.number(of:)) else { return unknown }
        return listed.contains(number) == listIsAllowed ? .pass : action
    }

    /// A letter and a letter or digit; nil for anything else and for the codes that mean "unknown".
    private static func number(of code: String) -> UInt16? {
        var number: UInt16 = 0
        var count = 0
        for byte in code.utf8 {
            count += 1
            switch byte | 0x20 {
            case UInt8(ascii: "a")...UInt8(ascii: "z") where count <= 2:
                number = number * UInt16(letters) + UInt16((byte | 0x20) - UInt8(ascii: "a"))
            case UInt8(ascii: "0")...UInt8(ascii: "9") where count == 2 && byte >= UInt8(ascii: "0"):
                number = number * UInt16(letters) + UInt16(byte - UInt8(ascii: "0")) + 26
            default: return nil
            }
        }
        let (x, z): (UInt16, UInt16) = (23, 25)
        let isUnknown = number == x * UInt16(letters) + x || number == z * UInt16(letters) + z
        return count == 2 && !isUnknown ? number : nil
    }
}
