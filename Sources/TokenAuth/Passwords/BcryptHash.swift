import CBlowfish
package import HardeningCore

/// The text form of a bcrypt hash: `$2b$12$` + 22 characters of salt + 31 of digest.
package struct BcryptHash: Hashable, Sendable {
    static let maximumPasswordBytes = 72

    package let cost: Int
    package let salt: [UInt8]
    /// 23 bytes: the text form drops the last one of the 24 computed.
    package let digest: [UInt8]

    init(cost: Int, salt: [UInt8], digest: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.digest = digest
    }

    /// Reads `$2b$`, and `$2a$` and `$2y$`, which name the same function for what this library hashes.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, bytes[0] == UInt8(ascii: "$"), bytes[1] == UInt8(ascii: "2"), "aby".utf8.contains(bytes[2]),
            bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$"), case let tens = bytes[4] &- UInt8(ascii: "0"), tens < 10,
            case let units = bytes[5] &- UInt8(ascii: "0"), units < 10, let salt = BcryptBase64.decode(bytes[7..<29], count: 16),
            let digest = BcryptBase64.decode(bytes[29..<60], count: 23)
        else { return nil }
        self.init(cost: Int(tens) * 10 + Int(units), salt: salt, digest: digest)
    }

    package var text: String {
        "$2b$" + (cost < 10 ? "0" : "") + "\(cost)$" + BcryptBase64.encode(salt) + BcryptBase64.encode(digest)
    }

    /// Computes the hash of a password.
    ///
    /// Blocks for about 70 ms × 2^(cost − 10).
    ///
    /// - Parameter leastCost: where it is above `cost`, the work is that of a hash of this cost.
    /// - Returns: nil for a cost outside 4...31 or a salt that has not 16 bytes.
    package static func compute(password: Secret, cost: Int, leastCost: Int = 4, salt: [UInt8]) -> BcryptHash? {
        guard salt.count == 16, (4...31).contains(cost), (4...31).contains(leastCost) else { return nil }
        // The terminating zero is part of the key, but never beyond the 72nd byte.
        var key = password.withUnsafeBytes { Array($0.prefix(maximumPasswordBytes)) }
        if key.count < maximumPasswordBytes { key.append(0) }
        var digest = [UInt8](repeating: 0, count: 24)
        let status = cblowfish_bcrypt(key, key.count, salt, UInt32(cost), UInt32(leastCost), &digest)
        for index in key.indices { key[index] = 0 }
        return status == 0 ? BcryptHash(cost: cost, salt: salt, digest: Array(digest.prefix(23))) : nil
    }
}
