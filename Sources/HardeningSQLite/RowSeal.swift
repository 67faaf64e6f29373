import CostTracker
import HardeningCore

/// A checksum in each row whose damage would otherwise be an amount: SQLite has none of its own in its main file.
///
/// SipHash with a fixed key. It finds flipped bits; against people who change rows on purpose there is the journal.
enum RowSeal {
    private static let key = FingerprintKey(Secret([UInt8](repeating: 0x3c, count: 16))) ?? FingerprintKey()

    static func of(_ writer: ByteWriter) -> Int64 {
        writer.bytes.withUnsafeBytes { Int64(bitPattern: key.fingerprint(of: $0).low) }
    }
}
