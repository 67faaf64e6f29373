import HardeningCore

extension FingerprintKey {
    /// Bytes of a text that count; texts that agree in so many are one.
    static let fingerprintedBytes = 1024

    /// The fingerprint of a text that a client chose, however long it is.
    ///
    /// Two longer texts with the same beginning are taken for one: that counts too much, never too little.
    func fingerprint(ofBeginning text: String) -> Fingerprint {
        let limit = Self.fingerprintedBytes
        let contiguous = text.utf8.withContiguousStorageIfAvailable { bytes in
            fingerprint(of: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.prefix(limit))))
        }
        return contiguous ?? Array(text.utf8.prefix(limit)).withUnsafeBytes { fingerprint(of: $0) }
    }

    /// The fingerprint under which an address is counted: its own for IPv4, that of its /64 for IPv6.
    func fingerprint(ofClient address: IPAddress) -> Fingerprint {
        let client = address.clientKey()
        let words: (UInt64, UInt64, UInt64) = (
            UInt64(truncatingIfNeeded: client.bits >> 64), UInt64(truncatingIfNeeded: client.bits), client.family == .v4 ? 4 : 6
        )
        return withUnsafeBytes(of: words) { fingerprint(of: $0) }
    }
}

extension Fingerprint {
    /// Another fingerprint for each number, as unpredictable as this one.
    func numbered(_ number: Int) -> Fingerprint {
        let step = 0x9e37_79b9_7f4a_7c15 &* UInt64(truncatingIfNeeded: number &+ 1)
        return Fingerprint(high: high ^ step, low: low ^ (step << 17 | step >> 47))
    }
}
