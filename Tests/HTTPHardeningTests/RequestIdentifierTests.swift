import HTTPHardening
import HTTPTypes
import HardeningCore
import Testing

@Suite struct RequestIDTests {
    private let now = Timestamp(secondsSince1970: 1_795_176_000)

    @Test(arguments: ["a", "req_01JD3K7Q2M", "A.b-c_9", String(repeating: "x", count: 64)])
    func harmlessIdsOfTheClientAreKept(text: String) {
        #expect(RequestIdentifier(of: [.xRequestID: text], at: now).description == text)
    }

    @Test(arguments: ["", "a b", "<script>", "ä", "a/b", "a\"b", String(repeating: "x", count: 65)])
    func anythingElseIsReplaced(text: String) {
        #expect(RequestIdentifier(accepting: text) == nil)
        #expect(RequestIdentifier(accepting: "a\u{7f}\r\n") == nil)
        #expect(RequestIdentifier(of: [.xRequestID: text], at: now).description.hasPrefix("req_"))
    }

    @Test func twoHeadersAreNotAnId() {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .xRequestID, value: "one"))
        fields.append(HTTPField(name: .xRequestID, value: "two"))
        #expect(RequestIdentifier(of: fields, at: now).description.hasPrefix("req_"))
    }

    @Test func ourIdsAreUniqueSortByTimeAndPassTheirOwnRule() {
        let ids = (0..<1000).map { RequestIdentifier(at: now.advanced(by: .milliseconds($0))).description }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 30 && RequestIdentifier(accepting: $0) != nil })
    }
}
