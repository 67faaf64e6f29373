import ErrorCatalog
import Foundation
import HardeningCore
import Testing

@Suite struct ErrorPageSafetyTests {
    static let attacks = [
        "<script>alert(1)</script>", "</style><script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "&lt;b&gt; &amp;", "]]>", "<!--",
        "\u{0}\u{1}\u{B}\u{FFFE}\u{7F}\u{85}", "\u{202E}txt.exe", "{{<b>}}", "{<b>}", "`<b>`", "javascript:alert(1)", "😀\u{301}",
    ]

    private func hostile(_ attack: String) -> ErrorDefinition {
        let text = LocalizedText(
            en: .text(attack + " {a}", otherwise: attack), ar: .text("نص \(attack) {a}", otherwise: "نص " + attack),
            others: [Language("x\"\(attack)", pluralRule: .english): .text(attack)])
        let title = LocalizedText(en: .text(attack), ar: .text("نص " + attack))
        return ErrorDefinition(
            attack, status: 429, title: title, message: text, userMessage: text, details: ["a": .string(attack), attack: .string(attack)],
            retry: .later)
    }

    /// Whatever the words are, a page has the elements and attributes of a harmless one.
    @Test(arguments: attacks, [Language.english, .arabic])
    func noWordOfADefinitionBecomesMarkup(attack: String, language: Language) throws {
        let definition = hostile(attack)
        let pages = ErrorPage(renderer: ErrorRenderer(typeBase: "/e\"<x>'&/"))
        let page = try PageUnderTest(pages.html(for: definition, in: language))
        let harmless = try PageUnderTest(pages.html(for: hostile("ok"), in: language))
        func shape(_ page: PageUnderTest) -> [String] {
            page.root.everything.filter { $0.name != "bdi" && $0.name != "code" }.map { "\($0.name) \($0.attributes.keys.sorted())" }
        }
        #expect(shape(page) == shape(harmless))
        let visible = String(String.UnicodeScalarView(attack.unicodeScalars.filter { !Self.isForbidden($0) }))
        #expect(page.root.all("h1").map(\.text) == [visible])
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0xFFFE
    }

    @Test(arguments: attacks) func noWordOfADefinitionBreaksTheIndex(attack: String) throws {
        let catalog = Catalog.standard.replacing([
            ErrorDefinition(
                "FORBIDDEN", status: 403, title: .init(en: .text(attack), ar: .text("نص " + attack)),
                message: .init(en: "x", ar: "س"), userMessage: .init(en: "x", ar: "س"))
        ])
        for language in [Language.english, .arabic] {
            let root = try PageUnderTest(ErrorPage(renderer: ErrorRenderer(catalog: catalog)).index(in: language)).root
            #expect(root.all("tr").count == Catalog.standard.definitions.count + 1)
        }
    }

    @Test func aPageNeedsNothingFromElsewhereAndRunsNothing() throws {
        for html in ErrorDefinition.builtIn.map({ ErrorPage().html(for: $0) }) + [ErrorPage().index(), ErrorPage().index(in: .arabic)] {
            let elements = try PageUnderTest(html).root.everything
            let names = Set(elements.map(\.name))
            #expect(names.isDisjoint(with: ["script", "img", "iframe", "object", "embed", "form", "base", "font", "svg"]))
            #expect(Set(elements.flatMap(\.attributes.keys)).isDisjoint(with: ["style", "src", "onload", "onclick", "onerror"]))
            #expect(elements.filter { $0.name == "link" }.allSatisfy { $0["rel"] == "alternate" })
        }
        #expect(!ErrorPage.style.contains("url(") && !ErrorPage.style.contains("@import"))
    }

    @Test func theStyleIsWhatItsHashAllows() throws {
        let expected = "'sha256-\(Data(SHA256Digest.of(Array(ErrorPage.style.utf8))).base64EncodedString())'"
        #expect(ErrorPage.styleHash == expected)
        #expect(
            ErrorPage.contentSecurityPolicy.contains("style-src \(expected);")
                && ErrorPage.contentSecurityPolicy.hasPrefix("default-src 'none'"))
        // HTML does not unescape inside <style>: the bytes that are hashed are those on the wire.
        #expect(ErrorPage().html(for: .forbidden).contains("<style>\(ErrorPage.style)</style>"))
        #expect(ErrorPage().index().contains("<style>\(ErrorPage.style)</style>"))
    }

    @Test func theStyleFollowsTheDirectionOfTheText() {
        for physical in ["left", "right", "-top", "-bottom", "width:", "height:"] {
            let uses = ErrorPage.style.components(separatedBy: physical).count - 1
            #expect(
                physical == "height:" ? uses == ErrorPage.style.components(separatedBy: "line-height:").count - 1 : uses == 0, "\(physical)"
            )
        }
        #expect(ErrorPage.style.contains("max-inline-size") && ErrorPage.style.contains("prefers-color-scheme:dark"))
    }

    /// WCAG 2.2, 1.4.6: 7:1 for text, light and dark, on the page and on a panel.
    @Test func everyInkHasEnoughContrast() throws {
        let schemes = ErrorPage.style.components(separatedBy: ":root{").dropFirst().map { $0.prefix { $0 != "}" } }
        try #require(schemes.count == 2)
        for scheme in schemes {
            var colours: [String: Double] = [:]
            for declaration in scheme.split(separator: ";") where declaration.hasPrefix("--") {
                let parts = declaration.split(separator: ":")
                colours[String(parts[0])] = try Self.luminance(parts[1])
            }
            for ink in ["--ink", "--soft", "--link"] {
                for ground in ["--page", "--panel"] {
                    let pair = [try #require(colours[ink]), try #require(colours[ground])].sorted()
                    #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 7, "\(ink) on \(ground) in \(scheme)")
                }
            }
        }
    }

    /// Relative luminance of `#rrggbb` (WCAG 2.2).
    private static func luminance(_ colour: some StringProtocol) throws -> Double {
        let value = try #require(UInt32(colour.dropFirst(), radix: 16))
        try #require(colour.count == 7)
        let channels = [16, 8, 0].map { shift -> Double in
            let channel = Double((value >> UInt32(shift)) & 0xFF) / 255
            return channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
}
