import Foundation
import HardeningCore
import TokenAuth

/// Writes tokens under every algorithm, and boxes.
enum Issuing {
    static func run() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        for name in Keys.algorithms {
            for number in 0..<20 {
                let token = try Keys.service(name).issue(subject: "user-\(number)", session: "s-\(number)", scope: "chat read").token
                print(String(decoding: try encoder.encode(Line(kind: name, text: token, isOriginal: true)), as: UTF8.self))
            }
        }
        let box = try Keys.box()
        for length in 0..<40 {
            let text = try box.seal((0..<length).map { UInt8($0) }, now: TimeSource.system.timestamp)
            print(String(decoding: try encoder.encode(Line(kind: "fernet", text: text, isOriginal: true)), as: UTF8.self))
        }
    }
}

/// The keys both sides hold, which protect nothing.
enum Keys {
    static let issuer = "https://api.example.com"
    static let audience = "api"
    static let algorithms = ["HS256", "HS384", "HS512", "ES256", "EdDSA"]
    static let hmac = String(repeating: "0b9d3f7c5a1e8642c0a1f9e7b3d58264", count: 2)
    static let es256 = "47fc408d4c1c72fbe2e520616b8ba15b9ac4c0dd2659f193d6af555977be852c"
    static let edDSA = "e39de0265956e5641c143a8d56822efcb3c996b880d6582ce1ccaf19bcd5df42"
    static let fernet = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="

    static func service(_ name: String, time: TimeSource = .system) throws -> TokenService {
        try TokenService(issuer: issuer, audience: audience, keys: KeySet(active: key(name)), time: time)
    }

    static func box() throws -> FernetBox { try FernetBox(key: FernetBox.key(fernet)) }

    static func key(_ name: String) throws -> SigningKey {
        let secret = Array(hmac.utf8)
        return switch name {
        case "HS384": .hs384(secret: Secret(secret.prefix(48)), id: "k")
        case "HS512": .hs512(secret: Secret(secret), id: "k")
        case "ES256": try .es256(privateKey: Secret(bytes(es256)), id: "k")
        case "EdDSA": try .edDSA(privateKey: Secret(bytes(edDSA)), id: "k")
        default: .hs256(secret: Secret(secret.prefix(32)), id: "k")
        }
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }
}
