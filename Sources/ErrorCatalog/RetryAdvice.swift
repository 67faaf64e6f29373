/// Whether the same request may succeed later.
///
/// "Later" and "never" are different answers.
public enum RetryAdvice: String, Sendable, Hashable, CaseIterable {
    /// The request must change first. No `Retry-After` is sent, whatever the error carries.
    case never
    /// The same request may succeed, after ``CatalogError/retryAfter`` where that is known.
    case later
}
