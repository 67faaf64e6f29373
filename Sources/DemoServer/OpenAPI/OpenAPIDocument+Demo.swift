extension OpenAPIDocument {
    /// Describes the routes that ``DemoRouter`` registers under `configuration`.
    init(_ configuration: DemoConfiguration) {
        var routes: [RouteDescription] = []
        routes += AuthRoutes.descriptions
        routes += BrowserRoutes.descriptions
        routes += MeRoutes.descriptions
        routes += APIKeyRoutes.descriptions
        routes += ListingRoutes.descriptions
        routes += ChatRoutes.descriptions
        routes += CostRoutes.descriptions
        routes += HealthRoutes.descriptions
        routes += StatusRoutes.descriptions
        routes += OpenAPIRoutes.descriptions + ErrorPageRoutes.descriptions
        if configuration.environment == .development {
            if configuration.simulatesUpstream { routes += UpstreamRoutes.descriptions }
            routes += CircuitRoutes.descriptions + BlockRoutes.descriptions
        }
        let layers = Layers(isRateLimited: configuration.isRateLimitEnabled, isCrossOrigin: configuration.cors != nil)
        self.init(routes, version: BuildInformation.current().version, layers: layers)
    }
}
