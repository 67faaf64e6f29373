import HardeningCore

/// What a key may still do.
public enum KeyState: String, Sendable, Hashable, CaseIterable {
    /// Published ahead of its turn: verifies, because another instance may already sign with it.
    case staged
    /// Signs and verifies.
    case active
    /// Verifies what it signed before; drop it once the last such token has expired.
    ///
    /// With ``SigningKey/retired(at:overlap:)`` nothing that claims to be younger.
    case retiring
    /// Refuses everything at once, however young.
    case compromised
}

/// The keys of a service: one that signs and those that still verify.
///
/// ```swift
/// let keys = try KeySet(active: .hs256(secret: current, id: "2026-11"), retiring: [.hs256(secret: previous, id: "2026-05")])
/// ```
///
/// A rotation without downtime is: stage the new key everywhere, make it active and the old one
/// retiring, drop the old one after `maximumLifetime + leeway`. A token that names no key, or one
/// that is not here, is refused: there is no default key and no trying one after the other.
public struct KeySet: Sendable {
    /// More keys than any rotation needs; looking one up stays a handful of comparisons.
    public static let maximumCount = 16

    let active: SigningKey
    let others: [(key: SigningKey, state: KeyState)]
    let compromised: [String]

    /// - Parameters:
    ///   - active: the key that signs.
    ///   - staged: keys that will sign next.
    ///   - retiring: keys that signed before.
    ///   - compromised: ids of keys that must refuse. They win over `staged` and `retiring`, so that one
    ///     line stops a key; the secret is not needed.
    /// - Throws: ``KeySetRefusal``.
    public init(
        active: SigningKey, staged: [SigningKey] = [], retiring: [SigningKey] = [], compromised: [String] = []
    ) throws(KeySetRefusal) {
        let others = staged.map { (key: $0, state: KeyState.staged) } + retiring.map { (key: $0, state: KeyState.retiring) }
        let keys = [active] + others.map(\.key)
        guard keys.count + compromised.count <= Self.maximumCount else { throw KeySetRefusal(.tooManyKeys, id: active.id) }
        for id in keys.map(\.id) + compromised where !Self.isID(id) { throw KeySetRefusal(.malformedID, id: "") }
        for (index, key) in keys.enumerated() {
            if case .secret(let secret) = key.material {
                let minimum = key.algorithm.minimumSecretByteCount
                guard secret.byteCount >= minimum else { throw KeySetRefusal(.secretTooShort(minimumBytes: minimum), id: key.id) }
            }
            for earlier in keys[..<index] {
                if earlier.id == key.id { throw KeySetRefusal(.duplicateID, id: key.id) }
                if earlier.sharesMaterial(with: key) { throw KeySetRefusal(.secretReused, id: key.id) }
            }
        }
        guard active.canSign else { throw KeySetRefusal(.activeKeyCannotSign, id: active.id) }
        guard !compromised.contains(active.id) else { throw KeySetRefusal(.activeKeyCompromised, id: active.id) }
        self.active = active
        self.others = others.filter { !compromised.contains($0.key.id) }
        self.compromised = compromised
    }

    /// The state of the key with this id, or nil when it is not in the set.
    public func state(of id: String) -> KeyState? {
        if compromised.contains(id) { return .compromised }
        return id == active.id ? .active : others.first { $0.key.id == id }?.state
    }

    private static func isID(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
