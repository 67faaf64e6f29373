/// The base64 of bcrypt: its own alphabet, no padding, big-endian bits.
enum BcryptBase64 {
    private static let alphabet = Array("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// The value of each byte, 255 for what is not in the alphabet: finding it takes the same time for all.
    private static let values = alphabet.enumerated().reduce(into: [UInt8](repeating: 255, count: 256)) { values, letter in
        values[Int(letter.element)] = UInt8(letter.offset)
    }

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                output.append(alphabet[Int(word >> bits & 63)])
            }
        }
        if bits > 0 { output.append(alphabet[Int(word << (6 - bits) & 63)]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// - Returns: nil unless `text` stands for exactly `count` bytes. Leftover bits are ignored, as
    ///   OpenBSD does: hashes in the field carry salts with such bits.
    static func decode(_ text: some Collection<UInt8>, count: Int) -> [UInt8]? {
        guard text.count == (count * 8 + 5) / 6 else { return nil }
        var output: [UInt8] = []
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for character in text {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        return output
    }
}
