// swift-tools-version: 6.2
import PackageDescription

/// One settings array for every target.
///
/// `treatAllWarnings` acts on this package only while it is the root; services that import a library
/// never see it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .treatAllWarnings(as: .error),  // SE-0480
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func example(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "Examples/\(name)", swiftSettings: settings)
}

let lightLibraries: [Target.Dependency] = ["HardeningCore", "ErrorCatalog", "RateLimit", "CircuitBreaker", "CostTracker", "TokenAuth"]

let package = Package(
    name: "swift-hardening",
    platforms: [.macOS(.v15)],
    products: [
        "HardeningCore", "ErrorCatalog", "RateLimit", "CircuitBreaker", "CostTracker", "TokenAuth", "HTTPHardening", "HardeningHummingbird",
        "HardeningSQLite", "HardeningTesting",
    ].map { .library(name: $0, targets: [$0]) } + [
        .executable(name: "DemoServer", targets: ["DemoServer"]), .executable(name: "LedgerTool", targets: ["LedgerTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Light: HardeningCore only, never each other.
        library("HardeningCore"),
        library("ErrorCatalog", ["HardeningCore"]),
        library("RateLimit", ["HardeningCore"]),
        library("CircuitBreaker", ["HardeningCore"]),
        library("CostTracker", ["HardeningCore"], resources: [.embedInCode("prices.csv")]),
        library(
            "TokenAuth",
            [
                "HardeningCore", "CBlowfish", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        .target(name: "CBlowfish"),

        // HTTP: policy first, then one framework.
        library(
            "HTTPHardening", ["HardeningCore", "ErrorCatalog", "RateLimit", .product(name: "HTTPTypes", package: "swift-http-types")]),
        library(
            "HardeningHummingbird",
            [
                "HardeningCore", "ErrorCatalog", "RateLimit", "TokenAuth", "HTTPHardening",
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        library("HardeningTesting", lightLibraries),

        // State that survives the process.
        library(
            "HardeningSQLite",
            [
                "HardeningCore", "CostTracker", "TokenAuth", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .executableTarget(name: "LedgerTool", dependencies: ["CostTracker", "HardeningSQLite"], swiftSettings: settings),

        // The composition root. No product: nobody imports it.
        .executableTarget(
            name: "DemoServer",
            dependencies: lightLibraries + [
                "HTTPHardening", "HardeningHummingbird", "HardeningSQLite",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        example("ReadmeSamples", lightLibraries + ["HardeningSQLite", "HardeningTesting"]),
        example("LimiterIn20Lines", ["RateLimit", "HardeningCore"]),
        example("TokenBudgetLimiter", ["RateLimit", "HardeningCore"]),
        example("ProtectAFlakyCall", ["CircuitBreaker", "HardeningCore"]),
        example("ProtectAStream", ["CircuitBreaker", "HardeningCore"]),
        example("BudgetForABatchJob", ["CostTracker", "HardeningCore"]),
        example("ReratingAfterAPriceChange", ["CostTracker", "HardeningCore"]),
        example("IssueVerifyRevoke", ["TokenAuth", "HardeningCore"]),
        example("RotateKeysWithoutDowntime", ["TokenAuth", "HardeningCore"]),
        example("DefineYourOwnErrors", ["ErrorCatalog", "HardeningCore"]),
        example("HardenAHummingbirdApp", ["HardeningHummingbird", "HTTPHardening", .product(name: "Hummingbird", package: "hummingbird")]),

        tests("ArchitectureTests"),
        tests("HardeningCoreTests", ["HardeningCore"]),
        tests("ErrorCatalogTests", ["ErrorCatalog", "HardeningCore"]),
        tests("RateLimitTests", ["RateLimit", "HardeningCore", "HardeningTesting"]),
        tests("CircuitBreakerTests", ["CircuitBreaker", "HardeningCore", "HardeningTesting"]),
        tests("CostTrackerTests", ["CostTracker", "HardeningCore", "HardeningTesting"]),
        tests(
            "HardeningSQLiteTests",
            [
                "CostTracker", "HardeningCore", "HardeningSQLite", "HardeningTesting", "LedgerTool", "LedgerCrasher", "IdentityCrasher",
                "TokenAuth", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests(
            "TokenAuthTests",
            [
                "TokenAuth", "HardeningCore", "HardeningTesting", "TokenAuthCrashWriter", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        // Killed by the tests while they write.
        .executableTarget(
            name: "LedgerCrasher", dependencies: ["CostTracker", "HardeningCore", "HardeningSQLite"], path: "Tests/Support/LedgerCrasher",
            swiftSettings: settings),
        .executableTarget(
            name: "IdentityCrasher", dependencies: ["TokenAuth", "HardeningCore", "HardeningSQLite"], path: "Tests/Support/IdentityCrasher",
            swiftSettings: settings),
        .executableTarget(
            name: "TokenAuthCrashWriter", dependencies: ["TokenAuth", "HardeningCore"], path: "Tests/Support/TokenAuthCrashWriter",
            swiftSettings: settings),
        tests(
            "HTTPHardeningTests",
            ["HTTPHardening", "ErrorCatalog", "HardeningCore", "RateLimit", .product(name: "HTTPTypes", package: "swift-http-types")]),
        tests(
            "HardeningHummingbirdTests",
            [
                "HardeningHummingbird", "HTTPHardening", "ErrorCatalog", "HardeningCore", "RateLimit", "TokenAuth",
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        tests(
            "DemoServerTests",
            lightLibraries + [
                "DemoServer", "HardeningHummingbird", "HardeningSQLite",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
