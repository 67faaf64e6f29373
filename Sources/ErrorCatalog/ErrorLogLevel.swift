/// How loudly an error is logged; the raw values are those of swift-log's `Logger.Level`.
public enum ErrorLogLevel: String, Sendable, Hashable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}
