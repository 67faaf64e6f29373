import Crypto
import CryptoExtras
package import HardeningCore

/// The text form of an scrypt hash: `$scrypt$ln=17,r=8,p=1$salt$digest`, base64 without padding, as the PHC string format has it.
package struct ScryptHash: Hashable, Sendable {
    package let parameters: ScryptParameters
    package let salt: [UInt8]
    /// 32 bytes.
    package let digest: [UInt8]

    init(parameters: ScryptParameters, salt: [UInt8], digest: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.digest = digest
    }

    /// - Returns: nil for parameters that ``ScryptParameters`` does not allow: a damaged record must not cost gigabytes.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let parameters = Self.parameters(parts[2]), let salt = Self.decode(parts[3]), let digest = Self.decode(parts[4]),
            (8...64).contains(salt.count), digest.count == 32
        else { return nil }
        self.init(parameters: parameters, salt: salt, digest: digest)
    }

    package var text: String {
        "$scrypt$ln=\(parameters.logRounds),r=\(parameters.blockSize),p=\(parameters.parallelism)$\(Self.encode(salt))$\(Self.encode(digest))"
    }

    /// Blocks for about 0.4 s with the recommended parameters.
    ///
    /// - Returns: nil when the memory is not to be had.
    package static func compute(password: Secret, parameters: ScryptParameters, salt: [UInt8], byteCount: Int = 32) -> [UInt8]? {
        let key = password.withUnsafeBytes { bytes in
            try? KDF.Scrypt.deriveKey(
                from: bytes, salt: salt, outputByteCount: byteCount, rounds: 1 << parameters.logRounds, blockSize: parameters.blockSize,
                parallelism: parameters.parallelism)
        }
        return key?.withUnsafeBytes { Array($0) }
    }

    private static func parameters(_ text: Substring) -> ScryptParameters? {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        let numbers = zip(fields, ["ln=", "r=", "p="]).compactMap { field, name -> Int? in
            let digits = field.dropFirst(name.count)
            guard field.hasPrefix(name), digits.utf8.allSatisfy({ (48...57).contains($0) }), !digits.hasPrefix("0") else { return nil }
            return Int(digits)
        }
        guard numbers.count == 3 else { return nil }
        return ScryptParameters(logRounds: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        Base64URL.encode(bytes, onto: &text)
        return String(
            decoding: text.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0 },
            as: UTF8.self)
    }

    private static func decode(_ text: Substring) -> [UInt8]? {
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) else { return nil }
        return Base64URL.decoded(
            text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 })
    }
}
