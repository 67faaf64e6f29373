public import HardeningCore
import TokenAuth

/// How a client is named in a log that people read.
public enum ClientMention: Sendable {
    /// By its address, which is personal data in many countries.
    case address
    /// By a keyed fingerprint: requests of one client can be told apart and counted, but not who it is.
    case fingerprint(ClientFingerprint)
    /// Not at all.
    case none
}

/// Names addresses by 16 hexadecimal digits that only the holder of a key can compute.
///
/// Without a key, four billion addresses are tried in seconds. Change the key to make older lines anonymous.
public struct ClientFingerprint: Sendable {
    private let keys: PurposeKeys

    /// - Parameter key: at least 32 bytes, kept out of the log.
    public init(key: Secret) {
        keys = PurposeKeys(root: key)
    }

    func text(of address: IPAddress) -> String {
        keys.key(for: "client-address:\(address)", byteCount: 8).withUnsafeBytes { bytes in
            bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        }
    }
}
