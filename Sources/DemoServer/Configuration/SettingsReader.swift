import Configuration
import SystemPackage

/// Reads settings as text and turns them into values, or says which one is wrong and what is allowed.
struct SettingsReader {
    private let reader: ConfigReader

    /// The process environment before a `.env` file in the working directory.
    static func fromEnvironment() async throws(ConfigurationError) -> SettingsReader {
        do {
            let file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
            return SettingsReader(reader: ConfigReader(providers: [EnvironmentVariablesProvider(), file]))
        } catch {
            throw ConfigurationError(variable: ".env", problem: "the file cannot be read")
        }
    }

    init(_ values: [String: String]) {
        self.init(reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values)))
    }

    private init(reader: ConfigReader) {
        self.reader = reader
    }

    /// The text of a variable, or nil when it is unset or empty.
    func text(_ name: String) -> String? {
        let text = reader.string(forKey: ConfigKey([name]), isSecret: true)
        return text?.isEmpty == false ? text : nil
    }

    func text(_ setting: Setting) -> String? {
        text(setting.rawValue)
    }

    /// The parsed value of a setting, or its default when it is unset.
    ///
    /// - Throws: ``ConfigurationError`` with what is allowed when `parse` returns nil.
    func value<Value>(_ setting: Setting, parse: (String) -> Value?) throws(ConfigurationError) -> Value {
        guard let value = parse(text(setting) ?? setting.defaultText) else {
            throw ConfigurationError(variable: setting.rawValue, problem: "the value is not allowed; expected: \(setting.meaning)")
        }
        return value
    }

    func integer(_ setting: Setting, in range: ClosedRange<Int>, otherwise fallback: Int? = nil) throws(ConfigurationError) -> Int {
        if let fallback, text(setting) == nil { return fallback }
        return try value(setting) { text in
            guard let number = Int(text), range.contains(number), String(number) == text else { return nil }
            return number
        }
    }
}
