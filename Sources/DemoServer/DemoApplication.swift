import AsyncHTTPClient
import CircuitBreaker
import CostTracker
import Foundation
import HardeningCore
import HardeningHummingbird
import HardeningSQLite
import Hummingbird
import Logging
import NIOCore
import RateLimit
import ServiceLifecycle
import TokenAuth
import UnixSignals

/// The composition root: every library made once, handed to the routes that use it.
struct DemoApplication: Sendable {
    let configuration: DemoConfiguration
    let services: DemoServices

    private let upstream: SimulatedUpstream?
    private let client: HTTPClient
    private let logger: Logger
    private let tuning: DemoTuning

    /// - Parameters:
    ///   - configuration: checked settings.
    ///   - time: the clocks of every rule; a test hands in a manual one.
    ///   - logger: for everything that happens.
    ///   - tuning: as it is, except in tests.
    /// - Throws: ``ConfigurationError`` when a setting turns out not to work.
    init(_ configuration: DemoConfiguration, time: TimeSource = .system, logger: Logger, tuning: DemoTuning = DemoTuning()) async throws {
        self.configuration = configuration
        self.logger = logger
        self.tuning = tuning
        let secret = try SigningSecret.resolve(configuration)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ProviderTransport.configuration)
        let upstream = configuration.simulatesUpstream ? SimulatedUpstream(logger: logger, pause: tuning.upstreamPause) : nil
        self.upstream = upstream
        do {
            services = try await DemoServices(
                configuration, secret: secret, upstream: upstream, client: client, tuning: tuning, time: time)
        } catch {
            try await client.shutdown()
            throw error
        }
        for warning in services.tokens.startupWarnings { logger.warning("\(warning)") }
    }

    /// The handles on the simulated providers, where there are any.
    var upstreamControl: UpstreamControl? { upstream?.control }

    /// After the last request: what the libraries hold open.
    private func close() async throws {
        try await client.shutdown()
        let ledger = Result { try services.ledgerStore.close() }
        try await services.identity.close()
        try ledger.get()
    }

    /// Serves until the task is cancelled or the process gets one of the signals.
    ///
    /// - Parameters:
    ///   - shutdownSignals: answered by finishing what is in flight; none inside a test's process.
    ///   - onListening: gets the address once requests are accepted.
    func run(shutdownSignals: [UnixSignal] = [.sigterm, .sigint], onListening: @escaping @Sendable (String) -> Void) async throws {
        let host = configuration.host
        let router = DemoRouter.build(services, configuration: configuration, control: upstreamControl, logger: logger)
        let server = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        SlowClientHandler(tuning.slowClients, responder: .demo, time: services.time),
                        UnreadableRequestHandler(.demo, time: services.time),
                    ], idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port),
                availableConnectionsDelegate: .maximum(tuning.connectionsAtOnce, logger: logger)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                onListening("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            },
            logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [upstream.map { $0 as any Service }, server].compactMap(\.self),
                gracefulShutdownSignals: shutdownSignals, logger: logger))
        do {
            try await group.run()
        } catch {
            try await close()
            throw error
        }
        try await close()
    }
}
