import Foundation
import HardeningCore
import JWTKit
import TokenAuth

/// Reads what the peers made and what they think of it, and says what we and jwt-kit think.
///
/// Two rules: what a peer made and nobody touched, we accept; and we never accept what a peer refuses.
enum Judging {
    struct Tally {
        var originals = 0
        var mutants = 0
        var ours = 0
        var peer = 0
        var jwtKit = 0
    }

    /// - Returns: whether both rules hold.
    static func run(_ path: String) async throws -> Bool {
        var tallies: [String: Tally] = [:]
        var problems: [String] = []
        let decoder = JSONDecoder()
        for row in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let line = try decoder.decode(Line.self, from: Data(row.utf8))
            let (ours, jwtKit) = try await verdicts(line)
            let peer = line.peerAccepts ?? false
            var tally = tallies[line.kind] ?? Tally()
            if line.isOriginal {
                tally.originals += 1
                if !ours { problems.append("refused an original: \(line.kind) \(line.text)") }
            } else {
                tally.mutants += 1
                tally.ours += ours ? 1 : 0
                tally.peer += peer ? 1 : 0
                tally.jwtKit += jwtKit ? 1 : 0
                if ours && !peer { problems.append("accepted what the Python peer refuses: \(line.kind) \(line.text)") }
                if ours && !jwtKit { problems.append("accepted what jwt-kit refuses: \(line.kind) \(line.text)") }
            }
            tallies[line.kind] = tally
        }
        print("kind    originals  mutants  accepted by: us  Python peer  jwt-kit")
        for (kind, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            let jwtKit = kind == "fernet" ? "-" : String(tally.jwtKit)
            print("\(kind)\t\(tally.originals)\t\(tally.mutants)\t\(tally.ours)\t\(tally.peer)\t\(jwtKit)")
        }
        for problem in problems.prefix(20) { print(problem) }
        let isComplete = Set(tallies.keys) == Set(Keys.algorithms + ["fernet"])
        if !isComplete { print("the file does not cover every kind: \(tallies.keys.sorted())") }
        print(problems.isEmpty && isComplete ? "no disagreement" : "\(problems.count) disagreements")
        return problems.isEmpty && isComplete
    }

    private static func verdicts(_ line: Line) async throws -> (ours: Bool, jwtKit: Bool) {
        let moment = Timestamp(nanosecondsSince1970: line.at ?? 0)
        clock.stepWallClock(by: moment.duration(since: clock.timestamp))
        if line.kind == "fernet" {
            let opened = try? box.open(line.text, maximumAge: .seconds(3600), now: moment)
            return (opened != nil, true)
        }
        guard let service = services[line.kind] else { return (false, false) }
        let ours = (try? service.verify(line.text)) != nil
        let jwtKit = (try? await peers(line.kind).verify(line.text, as: Payload.self)) != nil
        return (ours, jwtKit)
    }

    private static let clock = ManualTime()

    private static let box: FernetBox = {
        do { return try Keys.box() } catch { fatalError("\(error)") }
    }()

    private static let services = Dictionary(
        uniqueKeysWithValues: Keys.algorithms.compactMap { name in (try? Keys.service(name, time: .manual(clock))).map { (name, $0) } })

    private static func peers(_ name: String) async throws -> JWTKeyCollection {
        if let kept = kept[name] { return kept }
        let keys = JWTKeyCollection()
        let kid = JWKIdentifier(string: "k")
        let secret = Array(Keys.hmac.utf8)
        switch name {
        case "ES256": await keys.add(ecdsa: try ES256PrivateKey(key: base64(Keys.es256)), kid: kid)
        case "EdDSA": await keys.add(eddsa: try EdDSA.PrivateKey(d: base64(Keys.edDSA), curve: .ed25519), kid: kid)
        case "HS384": await keys.add(hmac: .init(from: secret.prefix(48)), digestAlgorithm: .sha384, kid: kid)
        case "HS512": await keys.add(hmac: .init(from: secret), digestAlgorithm: .sha512, kid: kid)
        default: await keys.add(hmac: .init(from: secret.prefix(32)), digestAlgorithm: .sha256, kid: kid)
        }
        kept[name] = keys
        return keys
    }

    private static func base64(_ hexadecimal: String) -> String {
        Data(Keys.bytes(hexadecimal)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    nonisolated(unsafe) private static var kept: [String: JWTKeyCollection] = [:]  // one task uses it

    private struct Payload: JWTPayload {
        let iss: IssuerClaim
        let aud: AudienceClaim
        let sub: SubjectClaim
        let iat: Int
        let exp: ExpirationClaim
        let jti: IDClaim

        func verify(using algorithm: some JWTAlgorithm) throws {
            guard iss.value == Keys.issuer else { throw JWTError.claimVerificationFailure(failedClaim: iss, reason: "issuer") }
            try aud.verifyIntendedAudience(includes: Keys.audience)
            try exp.verifyNotExpired(currentDate: Date().addingTimeInterval(-30))
        }
    }
}
