import ErrorCatalog
import Foundation
import HardeningCore
import Testing

struct ConnectionFailure: CauseProviding, CustomStringConvertible {
    let url: String
    let cause: (any Error)?
    var description: String { "could not connect to \(url)\n#0 0x00007f3a in connect at /srv/app/Sources/Pool.swift:88" }
}

struct FileFailure: Error, CustomStringConvertible {
    let path: String
    var description: String { "no such file: \(path)" }
}

struct QuotaFailure: CatalogErrorConvertible {
    let internalNote: String
    var catalogError: CatalogError { CatalogError(.rateLimitError, retryAfter: .seconds(7)) }
}

@Suite struct UnknownErrorTests {
    let failure = ConnectionFailure(
        url: "postgres://admin:hunter2@db.internal:5432/main", cause: FileFailure(path: "/etc/app/tls/client.key"))
    static let secrets = [
        "postgres", "admin", "hunter2", "db.internal", "5432", "/srv", "Pool.swift", "0x00007f3a", "/etc", "client.key",
        "ConnectionFailure",
        "FileFailure", "UnknownErrorTests", "connect to",
    ]

    @Test(arguments: ErrorBodyStyle.allCases, [Language.english, .arabic])
    func anUnknownErrorLeaksNothing(style: ErrorBodyStyle, language: Language) throws {
        let answer = try Answer(failure, language: language, style: style)
        for secret in Self.secrets { #expect(!answer.text.contains(secret), "\(secret) in \(answer.text)") }
        #expect(answer.rendered.status == 500)
        #expect(answer.rendered.code == "INTERNAL_ERROR")
        #expect(answer.rendered.retryAfterSeconds == nil)
        #expect(try answer.details.isEmpty)
        // Fixed text: the same bytes as for any other unknown error.
        #expect(answer.text == (try Answer(CancellationError(), language: language, style: style)).text)
    }

    @Test(arguments: ErrorDefinition.builtIn, ErrorBodyStyle.allCases)
    func theCauseOfAKnownErrorLeaksNothing(definition: ErrorDefinition, style: ErrorBodyStyle) throws {
        let error = CatalogError(definition, ["secret": "hunter2"], details: ["query": "postgres://admin"], cause: failure)
        let answer = try Answer(error, style: style)
        for secret in Self.secrets where secret != "connect to" { #expect(!answer.text.contains(secret), "\(secret) in \(answer.text)") }
    }

    @Test func allOfItReachesTheLogUnderTheRequestId() {
        let context = RenderingContext(requestID: "req_7", timestamp: Answer.now)
        let record = ErrorRenderer().logRecord(for: failure, in: context)
        #expect(record.requestID == "req_7" && record.timestamp == Answer.now)
        #expect(record.code == "INTERNAL_ERROR" && record.status == 500 && record.level == .error && record.reporting == .always)
        #expect(record.errorType == "ErrorCatalogTests.ConnectionFailure")
        #expect(record.errorText.contains("postgres://admin:hunter2@db.internal:5432/main") && record.errorText.contains("Pool.swift:88"))
        #expect(
            record.causes == [.init(type: "ErrorCatalogTests.FileFailure", message: "no such file: /etc/app/tls/client.key")])
        #expect(record.fileID == nil && record.line == nil)
    }

    // MARK: - Other shapes

    enum PoolFailure: Error { case refused(url: String, file: String, stack: [String]) }

    /// As database drivers do it: silent in `description`, outspoken to a debugger.
    struct DriverFailure: Error, CustomStringConvertible, CustomDebugStringConvertible {
        let text: String
        var description: String { "generic text, to prevent accidental leakage" }
        var debugDescription: String { text }
    }

    final class ReferenceFailure: Error, CustomStringConvertible {
        let description: String
        init(_ text: String) { description = text }
    }

    static let url = "postgres://admin:hunter2@db.internal:5432/main"
    static let path = "/srv/app/config/tls/client.key"
    static let frame = "#0 0x00007f3a1 in PoolFailure.connect() at /srv/app/Sources/Pool.swift:88"

    static let shapes: [(name: String, error: any Error)] = [
        ("enum", PoolFailure.refused(url: url, file: path, stack: [frame])),
        ("driver", DriverFailure(text: "\(url) \(path)\n\(frame)")),
        ("class", ReferenceFailure("\(url) \(path)\n\(frame)")),
        ("chain", ConnectionFailure(url: url, cause: ConnectionFailure(url: path, cause: ReferenceFailure(frame)))),
        ("driver below", ConnectionFailure(url: url, cause: DriverFailure(text: path + frame))),
        ("NSError", NSError(domain: url, code: 5432, userInfo: [NSFilePathErrorKey: path, NSLocalizedDescriptionKey: frame])),
        (
            "decoding",
            DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: url, underlyingError: PoolFailure.refused(url: "", file: path, stack: [frame])))
        ),
        ("known", CatalogError(.internalError, ["url": .string(url)], details: ["path": .string(path)], cause: ReferenceFailure(frame))),
    ]

    @Test(arguments: shapes.indices) func noShapeOfErrorLeaksAndEachReachesTheLogInFull(index: Int) throws {
        let error = Self.shapes[index].error
        let french = Language("fr", pluralRule: .english)
        for style in ErrorBodyStyle.allCases {
            for language in [Language.english, .arabic, french] {
                for digits in [DigitStyle.latin, .arabicIndic] {
                    let renderer = ErrorRenderer(digits: digits)
                    let answer = try Answer(error, language: language, style: style, requestID: "req_9", renderer: renderer)
                    for secret in Self.secrets { #expect(!answer.text.contains(secret), "\(secret) in \(answer.text)") }
                    #expect(try answer.details.isEmpty && answer.rendered.code == "INTERNAL_ERROR" && answer.rendered.status == 500)
                    // Byte for byte what an error without any content gets.
                    let silent = try Answer(CancellationError(), language: language, style: style, requestID: "req_9", renderer: renderer)
                    #expect(answer.rendered == silent.rendered)
                }
            }
        }
        let record = ErrorRenderer().logRecord(for: error, in: RenderingContext(requestID: "req_9", timestamp: Answer.now))
        #expect(record.requestID == "req_9" && record.code == "INTERNAL_ERROR" && record.reporting == .always)
        let logged = "\(record.errorText) \(record.causes.map(\.message)) \(record.values)"
            .replacing("\\\\", with: "\\").replacing("\\\"", with: "\"")
        for secret in [Self.url, Self.path, Self.frame] { #expect(logged.contains(secret), "\(secret) is not in \(logged)") }
    }

    @Test func aKnownErrorIsLoggedWithItsPlaceItsValuesAndItsChain() {
        let error = CatalogError.ai(service: "claude", retryAfter: .seconds(1), cause: failure)
        let line = #line - 1
        let record = ErrorRenderer().logRecord(for: error, in: RenderingContext(requestID: "r", timestamp: Answer.now, language: .arabic))
        #expect(record.code == "AI_SERVICE_ERROR" && record.reporting == .sampled && record.metricLabel == "ai_service_error")
        #expect(record.message == "AI service unavailable (claude)")
        #expect(record.fileID == "ErrorCatalogTests/UnknownErrorTests.swift" && record.line == line)
        #expect(record.values["service"] == "claude")
        #expect(record.causes.map(\.type) == ["ErrorCatalogTests.ConnectionFailure", "ErrorCatalogTests.FileFailure"])
    }

    @Test func anErrorThatKnowsItsPlaceIsAnsweredThereAndLoggedAsItself() throws {
        let failure = QuotaFailure(internalNote: "tenant 42")
        let answer = try Answer(failure)
        #expect(answer.rendered.code == "RATE_LIMIT_ERROR" && answer.rendered.retryAfterSeconds == 7)
        #expect(!answer.text.contains("tenant"))
        let record = ErrorRenderer().logRecord(for: failure, in: RenderingContext(requestID: "r", timestamp: Answer.now))
        #expect(record.errorType == "ErrorCatalogTests.QuotaFailure" && record.errorText.contains("tenant 42"))
    }

    @Test func aLongChainAndLongTextsAreCut() {
        var error = ConnectionFailure(url: String(repeating: "é", count: 5000), cause: nil)
        for _ in 0..<20 { error = ConnectionFailure(url: "x", cause: error) }
        let record = ErrorRenderer().logRecord(for: error, in: RenderingContext(requestID: "r", timestamp: Answer.now))
        #expect(record.causes.count == ErrorLogRecord.maximumCauses)
        let long = ErrorRenderer().logRecord(
            for: FileFailure(path: String(repeating: "é", count: 5000)), in: RenderingContext(requestID: "r", timestamp: Answer.now))
        #expect(long.errorText.utf8.count <= ErrorLogRecord.maximumTextBytes + 3 && long.errorText.hasSuffix("é\u{2026}"))
    }
}
