/// Why a configured secret is too weak, in words an operator can act on, without the secret.
public struct SecretRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// A closed reason with a stable name, for tests and metrics.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case empty = "SECRET_EMPTY"
        case tooShort = "SECRET_TOO_SHORT"
        case placeholder = "SECRET_PLACEHOLDER"
        case repetitive = "SECRET_REPETITIVE"
        case sequential = "SECRET_SEQUENTIAL"
        case keyFile = "SECRET_KEY_FILE"
        case dictionaryWords = "SECRET_DICTIONARY_WORDS"
        case lowEntropy = "SECRET_LOW_ENTROPY"
    }

    public let reason: Reason
    public let description: String

    /// The first rule that `text` breaks, or nil.
    ///
    /// The rules are tuned so that a random secret is never refused: each one needs a coincidence
    /// rarer than one in 10⁹ for 32 random hexadecimal, base64 or decimal characters.
    static func reason(toRefuse text: String, minimumBytes: Int) -> SecretRefusal? {
        let bytes = Array(text.utf8)
        func refused(_ reason: Reason, _ why: String) -> SecretRefusal {
            SecretRefusal(reason: reason, description: "\(why); generate one with: openssl rand -base64 48")
        }
        if bytes.isEmpty { return refused(.empty, "the secret is empty") }
        let lowercase = text.lowercased()
        if placeholders.contains(where: lowercase.contains) {
            return refused(.placeholder, "the secret is a placeholder from documentation")
        }
        if bytes.count < minimumBytes {
            return refused(.tooShort, "the secret has \(bytes.count) bytes, at least \(minimumBytes) are needed")
        }
        if text.contains("-----BEGIN") {
            return refused(.keyFile, "the secret is a PEM file; a shared secret must not double as a public or private key")
        }
        if isRepetition(bytes) { return refused(.repetitive, "the secret repeats a short pattern") }
        if isSequence(bytes) { return refused(.sequential, "the secret is a run of neighbouring characters") }
        if wordShare(lowercase) >= 70 { return refused(.dictionaryWords, "the secret is made of common words") }
        if Set(bytes).count < 5 { return refused(.lowEntropy, "the secret uses fewer than 5 different characters") }
        return nil
    }

    /// Seven letters or more each, so that random base64 does not contain one by chance.
    private static let placeholders = [
        "your-secret", "your_secret", "yoursecret", "secret-key-here", "secret_key_here", "changeme", "change-me", "change_me",
        "changethis", "change-this", "change_this", "placeholder", "replaceme", "replace-me", "replace_me", "insert-secret",
        "supersecret", "super-secret", "super_secret", "mysecretkey", "my-secret", "my_secret", "example-secret", "<secret>",
        "qwertyuiop", "letmeinletmein", "do-not-use", "not-secure", "notsecure", "insecure-",
    ]

    /// Whether the whole is one unit of at most half its length, over and over, give or take a tail.
    private static func isRepetition(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2 else { return true }
        for period in 1...(bytes.count / 2) where (period..<bytes.count).allSatisfy({ bytes[$0] == bytes[$0 - period] }) {
            return true
        }
        return false
    }

    /// Whether three quarters of the steps between neighbours are −1, 0 or +1: "abcdef…", "0011223344…".
    private static func isSequence(_ bytes: [UInt8]) -> Bool {
        let steps = zip(bytes, bytes.dropFirst())
        let small = steps.reduce(0) { $0 + (abs(Int($1.0) - Int($1.1)) <= 1 ? 1 : 0) }
        return small * 4 >= (bytes.count - 1) * 3
    }

    private static let words: [[UInt8]] = [
        "production", "development", "application", "password", "staging", "signing", "service", "private", "server", "secret",
        "access", "public", "string", "random", "default", "secure", "testing", "company", "refresh", "backend", "please",
        "token", "admin", "super", "hello", "world", "local", "login", "super", "value", "auth", "test", "user", "long", "this",
        "that", "with", "very", "must", "prod", "your", "from", "have", "jwt", "key", "the", "for", "dev", "app", "api", "not",
        "and", "are", "web", "my", "is", "in", "of", "to", "at", "be", "it", "an",
    ].map { Array($0.utf8) }

    /// The share of letters, in percent, that greedy matching covers with common words.
    private static func wordShare(_ lowercase: String) -> Int {
        let letters = lowercase.utf8.filter { (97...122).contains($0) }
        guard letters.count >= 12 else { return 0 }
        var covered = 0
        var rest = letters[...]
        while !rest.isEmpty {
            if let word = words.first(where: { rest.starts(with: $0) }) {
                covered += word.count
                rest = rest.dropFirst(word.count)
            } else {
                rest = rest.dropFirst()
            }
        }
        return covered * 100 / letters.count
    }
}
