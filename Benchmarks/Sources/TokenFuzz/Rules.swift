import Foundation
import HardeningCore
import TokenAuth

/// The rules of a token, read a second time by Foundation's parser: what passed must keep all of them.
enum Rules {
    static let issuer = "https://api.example.com"
    static let audience = "api"
    /// Seconds.
    static let leeway = 30
    /// Seconds.
    static let maximumLifetime = 86_400

    static func hold(for token: [UInt8], claims: Claims, at now: Timestamp) -> Bool {
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = read(Header.self, parts[0]), let payload = read(Payload.self, parts[1]) else { return false }
        guard header == Header(alg: "HS256", kid: "k1", typ: "at+jwt"), claims.keyID == "k1",
            payload.iss == issuer, claims.issuer == issuer, payload.aud.values.contains(audience), claims.audience == audience,
            Array(payload.sub.utf8) == Array(claims.subject.utf8), (1...256).contains(payload.sub.utf8.count),
            payload.jti == claims.id.description
        else { return false }
        let (seconds, leeway) = (Double(now.secondsSince1970), Double(leeway))
        return payload.iat <= seconds + leeway && seconds < payload.exp + leeway && payload.iat < payload.exp
            && payload.exp - payload.iat <= Double(maximumLifetime) && payload.nbf ?? 0 <= seconds + leeway
    }

    private static func read<Part: Decodable>(_ type: Part.Type, _ part: ArraySlice<UInt8>) -> Part? {
        var text = String(decoding: part, as: UTF8.self).replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text).flatMap { try? JSONDecoder().decode(type, from: $0) }
    }
}

private struct Header: Decodable, Equatable {
    let alg: String
    let kid: String
    let typ: String
}

private struct Payload: Decodable {
    let iss: String
    let aud: Audience
    let sub: String
    let iat: Double
    let exp: Double
    let nbf: Double?
    let jti: String

    /// One name or several.
    struct Audience: Decodable {
        let values: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            values = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
        }
    }
}
