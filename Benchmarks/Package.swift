// swift-tools-version: 6.2
import PackageDescription

/// Release measurements of the libraries, and the Swift peers they are compared with.
///
/// A package of its own, so that nobody who builds the suite builds its rivals. Run it through
/// `./scripts/bench`.
let package = Package(
    name: "swift-hardening-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-hardening", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        .target(name: "CAllocationCounter"),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "CAllocationCounter",
                .product(name: "HardeningCore", package: "swift-hardening"),
                .product(name: "ErrorCatalog", package: "swift-hardening"),
                .product(name: "RateLimit", package: "swift-hardening"),
                .product(name: "CircuitBreaker", package: "swift-hardening"),
                .product(name: "CostTracker", package: "swift-hardening"),
                .product(name: "HTTPHardening", package: "swift-hardening"),
                .product(name: "HardeningHummingbird", package: "swift-hardening"),
                .product(name: "HardeningSQLite", package: "swift-hardening"),
                .product(name: "TokenAuth", package: "swift-hardening"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "TokenDifferential",
            dependencies: [
                .product(name: "HardeningCore", package: "swift-hardening"),
                .product(name: "TokenAuth", package: "swift-hardening"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ]
        ),
        .executableTarget(
            name: "TokenFuzz",
            dependencies: [
                .product(name: "HardeningCore", package: "swift-hardening"),
                .product(name: "TokenAuth", package: "swift-hardening"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .executableTarget(name: "BareServer", dependencies: [.product(name: "Hummingbird", package: "hummingbird")]),
    ],
    swiftLanguageModes: [.v6]
)
