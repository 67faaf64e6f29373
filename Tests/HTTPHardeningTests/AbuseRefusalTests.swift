import ErrorCatalog
import Foundation
import HTTPHardening
import HardeningCore
import RateLimit
import Testing

@Suite struct AbuseRefusalTests {
    private func refusal(userAgent: String) throws -> (AbuseReason, Duration?) {
        let verdict = AbuseGuard(time: .manual(ManualTime())).judge(.init(address: nil, userAgent: userAgent))
        guard case .refuse(let reason, let retryAfter) = verdict else { throw CancellationError() }
        return (reason, retryAfter)
    }

    @Test func aRefusalNamesItsRuleInTheLogOnly() throws {
        let (reason, retryAfter) = try refusal(userAgent: "sqlmap/1.8")
        let error = CatalogError(refusedBecauseOf: reason, retryAfter: retryAfter)
        let context = RenderingContext(requestID: "r", timestamp: Timestamp(secondsSince1970: 0))
        #expect(!String(decoding: ErrorRenderer().render(error, in: context).body, as: UTF8.self).contains("sqlmap"))
        #expect("\(ErrorRenderer().logRecord(for: error, in: context).causes)".contains("sqlmap"))
    }

    @Test func itSaysWhenToComeBackWhereThatIsKnown() throws {
        let (reason, _) = try refusal(userAgent: "nikto")
        let context = RenderingContext(requestID: "r", timestamp: Timestamp(secondsSince1970: 0))
        let known = ErrorRenderer().render(CatalogError(refusedBecauseOf: reason, retryAfter: .milliseconds(600_500)), in: context)
        #expect(known.status == 403 && known.code == "CLIENT_BLOCKED" && known.retryAfterSeconds == 601)
        let unknown = ErrorRenderer().render(CatalogError(refusedBecauseOf: reason, retryAfter: nil), in: context)
        #expect(unknown.status == 403 && unknown.retryAfterSeconds == nil)
    }

    @Test func itsWordsPassTheLint() {
        #expect(CatalogLint.findings(in: [.clientBlocked]) == [])
    }
}
