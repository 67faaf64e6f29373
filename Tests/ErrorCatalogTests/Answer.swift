import ErrorCatalog
import Foundation
import HardeningCore
import Testing

/// An answer read back by a parser that is not ours.
struct Answer {
    let rendered: RenderedError
    let text: String
    let object: [String: Any]

    static let now = Timestamp(nanosecondsSince1970: 1_795_176_000_123_000_000)

    init(
        _ error: any Error, language: Language = .english, style: ErrorBodyStyle = .problem, requestID: String = "req_01JD3K7Q2M",
        renderer: ErrorRenderer = ErrorRenderer(typeBase: "https://errors.example.com")
    ) throws {
        let context = RenderingContext(requestID: requestID, timestamp: Self.now, language: language, style: style)
        rendered = renderer.render(error, in: context)
        text = try #require(String(validating: rendered.body, as: UTF8.self), "the body is not UTF-8")
        object = try #require(try JSONSerialization.jsonObject(with: Data(rendered.body)) as? [String: Any], "not a JSON object: \(text)")
    }

    func string(_ key: String) throws -> String {
        try #require(object[key] as? String, "\(key) in \(text)")
    }

    var details: [String: Any] {
        get throws { try #require(object["details"] as? [String: Any]) }
    }

    var fieldErrors: [[String: String]] {
        get throws { try #require(try details["errors"] as? [[String: String]]) }
    }

    /// The keys of the outermost object in the order of the bytes.
    var keys: [String] {
        var keys: [String] = []
        var depth = 0
        var string: String?
        var last = ""
        var isEscaped = false
        for character in text {
            if let open = string {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    last = open
                    string = nil
                    continue
                }
                string = open + String(character)
                continue
            }
            switch character {
            case "\"": string = ""
            case "{", "[": depth += 1
            case "}", "]": depth -= 1
            case ":" where depth == 1: keys.append(last)
            default: break
            }
        }
        return keys
    }

    static let houseFields = [
        "error_code", "message", "message_ar", "user_message", "user_message_ar", "details", "timestamp", "request_id",
    ]
    static let problemFields = ["type", "title", "status", "detail", "instance"]
}

/// Independent of the library: opened directions are closed, in order, and nothing else steers.
func hasBalancedIsolates(_ text: String) -> Bool {
    var depth = 0
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x2068: depth += 1
        case 0x2069:
            depth -= 1
            if depth < 0 { return false }
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066, 0x2067, 0x206A...0x206F: return false
        default: break
        }
    }
    return depth == 0
}

func containsArabicLetters(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x0620...0x064A).contains($0.value) }
}
