import HardeningCore

/// The digest that tells a repeated call from another one under the same idempotency key.
///
/// SipHash with 128 bits over everything the caller chose, each part with its length in front, so
/// that different calls have different bytes. Its key is fixed, because digests are compared across
/// restarts: it guards against mistakes, not against a caller who cheats itself.
struct PayloadDigest: ~Copyable {
    static func reserve(scope: CostScope, model: String, terms: PriceTerms, input: InputBound, maxOutput: Int64) -> Fingerprint {
        digest(capacity: capacity(scope, model, terms)) { payload in
            payload.append(1)
            payload.append(scope)
            payload.append(model)
            payload.append(terms)
            payload.append(input.tokens)
            payload.append(input.mayWriteCache ? 1 : 0)
            payload.append(maxOutput)
        }
    }

    static func track(scope: CostScope, usage: ModelUsage) -> Fingerprint {
        digest(capacity: capacity(scope, usage.model, usage.terms)) { payload in
            payload.append(2)
            payload.append(scope)
            payload.append(usage.model)
            payload.append(usage.terms)
            payload.append(usage.usage.input)
            payload.append(usage.usage.cacheRead)
            payload.append(usage.usage.cacheWrite5m)
            payload.append(usage.usage.cacheWrite1h)
            payload.append(usage.usage.cacheWrite12h)
            payload.append(usage.usage.output)
            payload.append(usage.usage.reasoning)
            payload.append(usage.usage.toolRequests)
        }
    }

    static func refund(entry: EntryID, amount: Money) -> Fingerprint {
        digest(capacity: 64) { payload in
            payload.append(3)
            payload.append(Int64(bitPattern: entry.rawValue))
            payload.append(amount.picoUSD)
        }
    }

    static func adjust(entry: EntryID, target: Money) -> Fingerprint {
        digest(capacity: 64) { payload in
            payload.append(4)
            payload.append(Int64(bitPattern: entry.rawValue))
            payload.append(target.picoUSD)
        }
    }

    static func correct(scope: CostScope, model: String, terms: PriceTerms, amount: Money, spentAt: Timestamp) -> Fingerprint {
        digest(capacity: capacity(scope, model, terms)) { payload in
            payload.append(5)
            payload.append(scope)
            payload.append(model)
            payload.append(terms)
            payload.append(amount.picoUSD)
            payload.append(spentAt.nanosecondsSince1970)
        }
    }

    private let buffer: UnsafeMutableRawBufferPointer
    private var count = 0

    private static let key = FingerprintKey(Secret([UInt8](repeating: 0x5a, count: 16))) ?? FingerprintKey()

    private static func digest(capacity: Int, _ write: (inout PayloadDigest) -> Void) -> Fingerprint {
        withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { buffer in
            var payload = PayloadDigest(buffer: buffer)
            write(&payload)
            return key.fingerprint(of: UnsafeRawBufferPointer(rebasing: buffer[..<payload.count]))
        }
    }

    private init(buffer: UnsafeMutableRawBufferPointer) {
        self.buffer = buffer
    }

    /// Room for every text with its length, and for 16 numbers.
    private static func capacity(_ scope: CostScope, _ model: String, _ terms: PriceTerms) -> Int {
        var bytes = 256 + model.utf8.count + terms.tier.rawValue.utf8.count + (terms.region?.utf8.count ?? 0)
        bytes += (scope.session?.utf8.count ?? 0) + (scope.user?.utf8.count ?? 0) + (scope.tenant?.utf8.count ?? 0)
        for (kind, name) in scope.others { bytes += 16 + kind.rawValue.utf8.count + name.utf8.count }
        return bytes
    }

    private mutating func append(_ scope: CostScope) {
        append(scope.session)
        append(scope.user)
        append(scope.tenant)
        append(Int64(scope.others.count))
        if scope.others.isEmpty { return }
        for (kind, name) in scope.others.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            append(kind.rawValue)
            append(name)
        }
    }

    private mutating func append(_ terms: PriceTerms) {
        append(terms.tier.rawValue)
        append(terms.region)
    }

    /// Nil and the empty text differ.
    private mutating func append(_ text: String?) {
        guard let text else { return append(-1) }
        let length = text.utf8.count
        append(Int64(length))
        guard length <= buffer.count - count else { return }
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[count..<count + length])
        if text.utf8.withContiguousStorageIfAvailable({ target.copyMemory(from: UnsafeRawBufferPointer($0)) }) == nil {
            target.copyBytes(from: text.utf8)
        }
        count += length
    }

    private mutating func append(_ number: Int64) {
        guard 8 <= buffer.count - count else { return }
        buffer.storeBytes(of: number.littleEndian, toByteOffset: count, as: Int64.self)
        count += 8
    }
}
