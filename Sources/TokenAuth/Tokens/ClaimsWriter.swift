import HardeningCore

/// Writes claims as the JSON of a payload.
enum ClaimsWriter {
    static func json(_ claims: Claims) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(320)
        append("{\"iss\":", claims.issuer, to: &output)
        append(",\"aud\":", claims.audience, to: &output)
        append(",\"sub\":", claims.subject, to: &output)
        append(",\"iat\":", claims.issuedAt.secondsSince1970, to: &output)
        append(",\"exp\":", claims.expiresAt.secondsSince1970, to: &output)
        if let notBefore = claims.notBefore { append(",\"nbf\":", notBefore.secondsSince1970, to: &output) }
        append(",\"jti\":", claims.id.description, to: &output)
        if let session = claims.session { append(",\"sid\":", session, to: &output) }
        if let scope = claims.scope { append(",\"scope\":", scope, to: &output) }
        output.append(UInt8(ascii: "}"))
        return output
    }

    private static func append(_ name: String, _ number: Int64, to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: String(number).utf8)
    }

    /// The text has no control characters: `issue` has refused them.
    private static func append(_ name: String, _ text: String, to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { output.append(UInt8(ascii: "\\")) }
            output.append(byte)
        }
        output.append(UInt8(ascii: "\""))
    }
}
