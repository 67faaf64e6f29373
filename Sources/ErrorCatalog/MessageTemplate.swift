/// A message in one language: plain, or in plural forms, with an optional text for when a value is missing.
///
/// ```swift
/// "Your card was declined."
/// "Card ending {last4} was declined"
/// .text("The property {property_id} does not exist", otherwise: "The property does not exist")
/// .plural(of: "limit", PluralTexts(one: "{limit} request", other: "{limit} requests"))
/// ```
/// Templates are parsed when they are made, which for `static let` definitions is once per process.
public struct MessageTemplate: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case plain(MessagePattern)
        case plural(Placeholder, PluralTexts)
        /// How long to wait; the length chooses the unit.
        case wait(WaitTexts)
    }

    private final class Storage: Sendable {
        let kind: Kind
        let fallback: MessagePattern?

        init(kind: Kind, fallback: MessagePattern?) {
            self.kind = kind
            self.fallback = fallback
        }
    }

    private let storage: Storage

    init(kind: Kind, fallback: MessagePattern? = nil) {
        storage = Storage(kind: kind, fallback: fallback)
    }

    var kind: Kind { storage.kind }
    var fallback: MessagePattern? { storage.fallback }

    /// A sentence that does not change with a number.
    ///
    /// - Parameters:
    ///   - text: with `{name}` holes; `{{` and `}}` are literal braces.
    ///   - otherwise: used when a parameter of `text` was not given. Without it the hole shows `…`.
    public static func text(_ text: String, otherwise: String? = nil) -> MessageTemplate {
        MessageTemplate(kind: .plain(MessagePattern(text)), fallback: otherwise.map(MessagePattern.init))
    }

    /// A sentence that changes with the whole number in the parameter `count`.
    ///
    /// - Parameter otherwise: used when `count`, or another parameter of the sentence, was not given.
    public static func plural(of count: String, _ texts: PluralTexts, otherwise: String? = nil) -> MessageTemplate {
        MessageTemplate(kind: .plural(Placeholder(count), texts), fallback: otherwise.map(MessagePattern.init))
    }

    /// The pattern to fill, given what is known.
    func pattern(for values: borrowing TemplateValues, language: Language) -> MessagePattern {
        switch storage.kind {
        case .plain(let pattern):
            return pattern.holes.isEmpty ? pattern : complete(pattern, values)
        case .plural(let placeholder, let texts):
            guard let value = values[placeholder] else { return fallback ?? texts.pattern(for: nil, language: language) }
            return complete(texts.pattern(for: value.wholeNumber, language: language), values)
        case .wait(let texts):
            guard let seconds = values.retryAfterSeconds else { return texts.unknown }
            return texts.pattern(for: seconds, language: language)
        }
    }

    /// `pattern`, or the fallback where one is written and a hole would stay open.
    private func complete(_ pattern: MessagePattern, _ values: borrowing TemplateValues) -> MessagePattern {
        guard let fallback = storage.fallback else { return pattern }
        for hole in pattern.holes where values[hole.placeholder] == nil { return fallback }
        return pattern
    }

    public static func == (left: MessageTemplate, right: MessageTemplate) -> Bool {
        left.storage === right.storage || left.kind == right.kind && left.fallback == right.fallback
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(fallback)
    }
}

extension MessageTemplate: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self = .text(text)
    }
}
