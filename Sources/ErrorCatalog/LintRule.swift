/// One rule of ``CatalogLint``, with a stable name.
public enum LintRule: String, Sendable, Hashable, CaseIterable {
    /// A text, or a plural form of it, holds nothing but blanks.
    case emptyText = "EMPTY_TEXT"
    /// Two languages have the same text: one was copied and not translated.
    case equalTexts = "EQUAL_TEXTS"
    case arabicWithoutArabicLetters = "ARABIC_WITHOUT_ARABIC_LETTERS"
    /// UTF-8 that was read as another character set and saved again: `Ø±ÙØ¶`, `donâ€™t`, `ط±ظپط¶طھ`.
    case mojibake = "MOJIBAKE"
    /// `,`, `;` or `?` in an Arabic sentence, where `،`, `؛` or `؟` belong.
    case latinPunctuationInArabic = "LATIN_PUNCTUATION_IN_ARABIC"
    /// A translation has other holes than the English text. The count may be missing from zero, one and two.
    case placeholdersDiffer = "PLACEHOLDERS_DIFFER"
    /// Braces that are neither a hole nor doubled.
    case malformedPlaceholder = "MALFORMED_PLACEHOLDER"
    /// A title with a hole or plural forms: it must be constant (RFC 9457, section 3.1.3).
    case titleNotConstant = "TITLE_NOT_CONSTANT"
    /// A form that the language's plural rule can choose was not written.
    case missingPluralForm = "MISSING_PLURAL_FORM"
    /// Isolates or embeddings that do not close, or close what was not open.
    case unbalancedIsolates = "UNBALANCED_ISOLATES"
    case duplicateCode = "DUPLICATE_CODE"
    case malformedCode = "MALFORMED_CODE"
    case statusOutOfRange = "STATUS_OUT_OF_RANGE"
    /// A code of the committed ``CatalogLock`` is gone.
    case codeRemoved = "CODE_REMOVED"
    /// A code answers with another status than the lock says.
    case statusChanged = "STATUS_CHANGED"
    /// A code is not in the lock yet.
    case codeNotLocked = "CODE_NOT_LOCKED"
}
