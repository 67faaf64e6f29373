import ErrorCatalog
import HTTPHardening
import Testing

@Suite struct NestedJSONInputTests {
    private func errors<Value>(_ body: String, limits: JSONLimits = JSONLimits(), _ fields: (inout JSONInput) -> Value) -> [String] {
        do {
            _ = try JSONInput.read(Array(body.utf8), limits: limits, fields)
            return []
        } catch {
            return error.fieldErrors.isEmpty ? [error.code] : error.fieldErrors.map { "\($0.pointer) \($0.rule.code)" }
        }
    }

    @Test func nestedFieldsAreReadInTheirPlaces() throws {
        let body = #"{"a/b":{"n":3},"items":[{"name":"x"},{"name":"y"}],"tags":["p","q"]}"#
        try JSONInput.read(Array(body.utf8)) { input in
            #expect(input.object("a/b") { $0.integer("n", in: 1...5) } == 3)
            #expect(input.objects("items", count: 1...5) { $0.string("name", length: 1...5) } == ["x", "y"])
            #expect(input.strings("tags", count: 1...5, length: 1...5) == ["p", "q"])
            #expect(input.optionalObject("absent") { $0.integer("n", in: 1...5) } == nil)
        }
    }

    @Test func errorsPointToTheirPlace() {
        let body = #"{"a/b":{"~":9,"deep":{"x":"no"}},"items":[{"u":1},7,{},{"u":"ok"}],"tags":["ok",5,null,"long"],"o":[]}"#
        let found = errors(body) { input in
            _ = input.object("a/b") { inner in
                _ = inner.integer("~", in: 1...5)
                _ = inner.object("deep") { $0.integer("x", in: 0...1) }
            }
            _ = input.objects("items", count: 0...9) { $0.string("u", length: 1...5) }
            _ = input.strings("tags", count: 0...9, length: 1...3)
            _ = input.object("o") { _ in 0 }
            _ = input.object("missing") { _ in 0 }
            _ = input.objects("absent", count: 0...1) { _ in 0 }
        }
        #expect(
            found == [
                "/a~1b/~0 OUT_OF_RANGE", "/a~1b/deep/x INVALID_TYPE", "/items/0/u INVALID_TYPE", "/items/1 INVALID_TYPE",
                "/items/2/u REQUIRED", "/tags/1 INVALID_TYPE", "/tags/2 REQUIRED", "/tags/3 TOO_LONG", "/o INVALID_TYPE",
                "/missing REQUIRED", "/absent REQUIRED",
            ])
    }

    @Test(arguments: [("[]", "TOO_FEW"), ("[1,2,3]", "TOO_MANY"), ("{}", "INVALID_TYPE"), ("null", "REQUIRED")])
    func listsHaveTheirLength(list: String, code: String) {
        #expect(errors(#"{"a":\#(list)}"#) { $0.objects("a", count: 1...2) { _ in 0 } } == ["/a \(code)"])
    }

    @Test func aFieldIsReportedOnceAndFiftyFieldsAtMost() throws {
        #expect(
            errors("{}") { input in
                input.reject("a", because: .duplicate)
                input.reject("a", because: .required)
            } == ["/a DUPLICATE"])
        let body = #"{"a":[\#(Array(repeating: "{}", count: 80).joined(separator: ","))]}"#
        let error = try #require(
            throws: CatalogError.self,
            performing: { try JSONInput.read(Array(body.utf8)) { $0.objects("a", count: 0...99) { $0.integer("n", in: 0...1) } } })
        #expect(error.code == "VALIDATION_ERROR" && error.fieldErrors.count == 50)
    }

    @Test func depthAndMembersHaveLimits() {
        let limits = JSONLimits(maximumDepth: 3, maximumMembers: 4)
        #expect(errors(#"{"a":[[1]]}"#, limits: limits) { _ in 0 } == [])
        #expect(errors(#"{"a":[[[]]]}"#, limits: limits) { _ in 0 } == [" TOO_DEEP"])
        #expect(errors(#"{"a":[1,2,3]}"#, limits: limits) { _ in 0 } == [])
        #expect(errors(#"{"a":[1,2,3,4]}"#, limits: limits) { _ in 0 } == [" TOO_MANY"])
        #expect(errors(#"{"a":1,"b":2,"c":{"d":1,"e":2}}"#, limits: limits) { _ in 0 } == [" TOO_MANY"])
    }

    @Test(
        arguments: [
            (#""  hello  ""#, "hello"), (#""سعر ممتاز""#, "سعر ممتاز"), (#""""#, nil), (#""   ""#, nil), ("null", nil),
        ] as [(String, String?)])
    func commentsAreTrimmed(value: String, expected: String?) throws {
        try JSONInput.read(Array(#"{"a":\#(value)}"#.utf8)) { #expect($0.optionalComment("a") == expected) }
    }

    @Test(arguments: ["a\\u0000b", "a\\nb", "a\\u001bb", "a\\u007fb", "a\\u0085b", "a\\u2028b", "a\\u202eb", "a\\tb"])
    func commentsHoldNothingThatSteers(text: String) {
        #expect(errors(#"{"a":"\#(text)"}"#) { $0.optionalComment("a") } == ["/a NOT_ALLOWED"])
        let withBreaks = errors(#"{"a":"\#(text)"}"#) { $0.optionalComment("a", allowsLineBreaks: true) }
        #expect(withBreaks == (text == "a\\nb" ? [] : ["/a NOT_ALLOWED"]))
    }

    @Test func commentsEndAtAThousandCharacters() {
        let longest = String(repeating: "ع", count: 1000)
        #expect(errors(#"{"a":" \#(longest) "}"#) { $0.optionalComment("a") } == [])
        #expect(errors(#"{"a":"\#(longest)ع"}"#) { $0.optionalComment("a") } == ["/a TOO_LONG"])
    }

    @Test func addressesAreReadAsFields() throws {
        let allowed = try AllowedURLs(hosts: ["a.example"])
        try JSONInput.read(Array(#"{"u":"https://a.example/x"}"#.utf8)) { #expect($0.url("u", allowed) == "https://a.example/x") }
        let body = #"{"u":"https://b.example","v":"x","w":7}"#
        let found = errors(body) { input in
            for name in ["u", "v", "w", "x"] { _ = input.url(name, allowed) }
        }
        #expect(found == ["/u HOST_NOT_ALLOWED", "/v INVALID_URL", "/w INVALID_TYPE", "/x REQUIRED"])
    }
}
