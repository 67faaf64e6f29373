import CAllocationCounter
import HardeningCore
import JWTKit
import TokenAuth

/// Verification with the revocation check, and jwt-kit on a token of the same shape.
enum TokenRows {
    static let secret = "0f4c9c1be58a3d7c6a2b91e07d5f83aa64c1d2e90b7f4853"

    static let rows = [
        verify("token_verify", revoked: 0),
        verify("token_verify_10k_revoked", revoked: 10_000),
        verify("token_verify_1m_revoked", revoked: 1_000_000),
    ]

    private static func verify(_ id: String, revoked: Int) -> Row {
        Row(id, operations: 20_000, detail: "own token of 250 bytes, \(revoked) revoked") {
            let service = try TokenService(
                issuer: "https://api.example.com", audience: "api",
                keys: KeySet(active: .hs256(secret: Secret(secret.utf8), id: "2026-11")),
                revocations: RevocationList(capacity: 2_000_000))
            revoke(revoked, in: service.revocations, issuer: service.issuer)
            let token = try service.issue(subject: "user-42", session: "0123456789abcdefABCDEF").token
            return { count in for _ in 0..<count { consume(try service.verify(token)) } }
        }
    }

    private static func revoke(_ count: Int, in list: RevocationList, issuer: String) {
        let now = TimeSource.system.timestamp
        for subject in 0..<count {
            list.apply(
                .token(
                    issuer: issuer, id: TokenID(), subject: "user-\(subject)", issuedAt: now, expiresAt: now.advanced(by: .seconds(900))),
                now: now)
        }
    }

    /// The heap that a million revoked tokens take.
    static func memory() -> Figure {
        let count = 1_000_000
        let before = heap_bytes_in_use()
        let list = RevocationList(capacity: 2 * count)
        revoke(count, in: list, issuer: "https://api.example.com")
        let bytes = Double(heap_bytes_in_use() - before) / Double(list.tokenCount)
        return Figure(
            row: "revocation_memory", unit: "bytes", value: bytes, detail: "\(list.tokenCount) revoked tokens and when each expires")
    }

    /// jwt-kit's collection is an actor, so its loop is asynchronous and measured by itself.
    static func jwtKit() async throws -> Figure {
        let keys = JWTKeyCollection()
        await keys.add(hmac: .init(from: secret), digestAlgorithm: .sha256, kid: "2026-11")
        let now = Int(TimeSource.system.timestamp.secondsSince1970)
        let payload = Payload(
            iss: "https://api.example.com", aud: "api", sub: "user-42", iat: now, exp: now + 900, jti: "0123456789abcdefABCDEF",
            sid: "0123456789abcdefABCDEF")
        let token = try await keys.sign(payload, kid: "2026-11", header: ["typ": "at+jwt"])
        let time = TimeSource.system
        var samples: [Double] = []
        for _ in 0..<10 {
            let start = time.monotonic
            for _ in 0..<2_000 { consume(try await keys.verify(token, as: Payload.self)) }
            samples.append(Double(time.monotonic.nanoseconds - start.nanoseconds) / 2_000)
        }
        return Figure(
            row: "token_verify", value: samples.dropFirst().sorted()[4], detail: "JWTKeyCollection.verify, no revocation check",
            who: "jwt-kit (Swift)")
    }

    private struct Payload: JWTPayload {
        let iss: String
        let aud: String
        let sub: String
        let iat: Int
        let exp: Int
        let jti: String
        let sid: String

        func verify(using algorithm: some JWTAlgorithm) throws {
            guard exp > 0 else { throw JWTError.claimVerificationFailure(failedClaim: nil, reason: "expired") }
        }
    }
}
