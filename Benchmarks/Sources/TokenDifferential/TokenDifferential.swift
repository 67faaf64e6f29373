import Foundation

/// Compares this library's tokens and boxes with those of jwt-kit, PyJWT and cryptography; see `./scripts/differential`.
///
///     TokenDifferential issue           writes tokens and boxes of ours, for the peers to check
///     TokenDifferential judge FILE      checks the peers' tokens, boxes and mutants, and compares the verdicts
@main
enum TokenDifferential {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("issue", 1): try Issuing.run()
        case ("judge", 2): exit(try await Judging.run(arguments.last ?? "") ? 0 : 1)
        default:
            print("usage: TokenDifferential issue | judge FILE")
            exit(64)
        }
    }
}

/// One line of the exchange.
struct Line: Codable {
    /// The algorithm of a token, or `fernet`.
    let kind: String
    let text: String
    /// Whether the maker left it as it was made.
    let isOriginal: Bool
    /// What PyJWT or cryptography said; nil before it was asked.
    var peerAccepts: Bool?
    /// When it said so, in nanoseconds since 1970: we are asked as of the same moment.
    var at: Int64?
}
