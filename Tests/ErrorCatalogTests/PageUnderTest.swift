import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A page read by a strict XML parser that is not ours: an unclosed element, a stray `<` or a bad
/// character is a failure, not a guess.
struct PageUnderTest {
    let root: Element

    init(_ html: String) throws {
        let reader = Reader()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = reader
        let isWellFormed = parser.parse()
        let failure = parser.parserError.map { "\($0)" } ?? ""
        try #require(isWellFormed, "line \(parser.lineNumber): \(failure)\n\(html)")
        root = try #require(reader.root)
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html "))
    }

    final class Element {
        let name: String
        let attributes: [String: String]
        fileprivate(set) var children: [Element] = []
        /// Of the element and everything inside.
        fileprivate(set) var text = ""

        init(name: String, attributes: [String: String]) {
            self.name = name
            self.attributes = attributes
        }

        subscript(attribute: String) -> String? { attributes[attribute] }

        /// Every element of this name inside, in document order.
        func all(_ name: String) -> [Element] {
            children.flatMap { ($0.name == name ? [$0] : []) + $0.all(name) }
        }

        var everything: [Element] { [self] + children.flatMap(\.everything) }
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var root: Element?
        private var open: [Element] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
        ) {
            let element = Element(name: name, attributes: attributes)
            open.last?.children.append(element)
            if root == nil { root = element }
            open.append(element)
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            for element in open { element.text += text }
        }
    }
}
