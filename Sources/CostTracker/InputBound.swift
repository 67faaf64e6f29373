/// The most prompt tokens a request can have, promised before it is sent.
///
/// The ledger holds for the dearest way those tokens may be billed. A bound that turns out too low
/// is an overrun: recorded in full and flagged.
public struct InputBound: Sendable, Hashable, BitwiseCopyable {
    let tokens: Int64
    let mayWriteCache: Bool

    /// Up to so many tokens, cached parts included, at the dearest rate: that of a cache write, where
    /// the model lists one.
    public static func atMost(_ tokens: Int64) -> InputBound {
        InputBound(tokens: tokens, mayWriteCache: true)
    }

    /// Up to so many tokens in a request that asks for no cache writes, which makes the hold smaller.
    public static func atMostUncached(_ tokens: Int64) -> InputBound {
        InputBound(tokens: tokens, mayWriteCache: false)
    }
}
