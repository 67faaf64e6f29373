/// Decodes a base64url part of a token into memory on the stack and lends it to a reader.
enum EncodedDocument {
    /// - Parameter encodingRule: the rule to report when the part is not canonical base64url.
    @inline(__always)
    static func read<Value>(
        _ encoded: UnsafeRawBufferPointer, encodingRule: TokenError.Rule,
        _ body: (UnsafeRawBufferPointer) -> Result<Value, TokenError>
    ) throws(TokenError) -> Value {
        // At most 6 KiB: the token's size was checked. Up to 1 KiB lives on the stack.
        let result = withUnsafeTemporaryAllocation(byteCount: encoded.count, alignment: 8) { buffer -> Result<Value, TokenError> in
            guard let count = Base64URL.decode(encoded, into: buffer) else { return .failure(TokenError(encodingRule)) }
            return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        return try result.get()
    }
}
