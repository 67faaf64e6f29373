import CostTracker
import Foundation
import HardeningCore
import Testing

@testable import DemoServer

@Suite struct ConfigurationTests {
    private static let secret = "ckq2v7XJ0pTz4mWb9sRyd5NfH1hGpEuA8LoK3iZe"

    @Test func developmentNeedsNoSetting() throws {
        let configuration = try DemoConfiguration(SettingsReader([:]))
        #expect(configuration.host == "127.0.0.1" && configuration.port == 8080)
        #expect(configuration.environment == .development)
        #expect(configuration.jwtSecret == nil)
        #expect(configuration.sessionCostLimit.jsonNumber == "0.5")
        #expect(configuration.accessLifetime == .seconds(900) && configuration.leeway == .seconds(30))
        #expect(configuration.rateLimitPerMinute == 100 && configuration.rateLimitPerHour == 1000)
        #expect(configuration.bcryptCost == 10)
    }

    @Test func productionHashesHarderAndNeedsASecret() throws {
        let configuration = try DemoConfiguration(SettingsReader(["ENVIRONMENT": "production", "JWT_SECRET_KEY": Self.secret]))
        #expect(configuration.bcryptCost == 12)
        let refusal = #expect(throws: ConfigurationError.self) { try DemoConfiguration(SettingsReader(["ENVIRONMENT": "production"])) }
        #expect(refusal?.variable == "JWT_SECRET_KEY")
    }

    @Test(arguments: [
        ("PORT", "eighty"), ("PORT", "65536"), ("PORT", "-1"), ("PORT", "080"), ("ENVIRONMENT", "prod"), ("HOST", "a b"),
        ("JWT_SECRET_KEY", "your-secret-key-here"), ("JWT_SECRET_KEY", "short"), ("JWT_ACCESS_LIFETIME_SECONDS", "0"),
        ("JWT_LEEWAY_SECONDS", "301"), ("SESSION_COST_LIMIT", "-1"), ("SESSION_COST_LIMIT", "half"), ("DAILY_COST_LIMIT", "1e3"),
        ("MONTHLY_COST_LIMIT", "99999999999999"), ("BUDGET_TIME_ZONE", "Mars/Olympus"), ("RATE_LIMIT_ENABLED", "yes"),
        ("RATE_LIMIT_PER_MINUTE", "0"), ("RATE_LIMIT_PER_HOUR", "1.5"), ("UPSTREAM", "real"), ("UPSTREAM", "magic"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"), ("TRUSTED_PROXIES", "10.0.0.1,,"), ("LOG_LEVEL", "loud"), ("BCRYPT_COST", "9"),
        ("BCRYPT_COST", "16"),
        ("REDIS_URL", "redis://127.0.0.1"), ("SENTRY_DSN", "https://x@y/1"), ("CORS_ORIGINS", "a.example"), ("LOG_JSON", "true"),
    ])
    func aMalformedValueIsNamedAndNeverEchoed(variable: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) { try DemoConfiguration(SettingsReader([variable: value])) }
        #expect(error?.variable == variable)
        #expect(error?.description.contains("\n") == false)
        if value.count > 8 { #expect(error?.description.contains(value) == false) }
    }

    @Test func realProvidersNeedAKeyAndAnAddress() throws {
        let configuration = try DemoConfiguration(
            SettingsReader(["UPSTREAM": "real", "ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"]))
        #expect(!configuration.simulatesUpstream)
        for (variable, value) in [("ANTHROPIC_BASE_URL", "ftp://x"), ("ANTHROPIC_API_KEY", "two words")] {
            let settings = ["UPSTREAM": "real", "ANTHROPIC_API_KEY": "sk-test"].merging([variable: value]) { $1 }
            let error = #expect(throws: ConfigurationError.self) { try DemoConfiguration(SettingsReader(settings)) }
            #expect(error?.variable == variable)
        }
    }

    @Test func everySettingIsInTheHelp() {
        for setting in Setting.allCases {
            #expect(Setting.help.contains(setting.rawValue))
            #expect(!setting.meaning.isEmpty && !setting.defaultText.isEmpty)
        }
    }

    @Test func theDevelopmentSecretIsMadeOnceAndKept() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hardening-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let configuration = try DemoConfiguration(SettingsReader(["DATA_DIR": directory.path]))
        let first = try SigningSecret.resolve(configuration)
        #expect(try SigningSecret.resolve(configuration) == first)
        let file = directory.appending(path: SigningSecret.fileName)
        let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        // Never replaced in silence: that would end every session.
        for damage in [Data("damaged".utf8), Data([0xff, 0xfe]), Data()] {
            try damage.write(to: file)
            #expect(throws: ConfigurationError.self) { try SigningSecret.resolve(configuration) }
            #expect(try Data(contentsOf: file) == damage)
        }
    }
}
