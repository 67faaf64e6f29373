import HardeningHummingbird
import Hummingbird

/// What one request carries through the server.
struct DemoContext: HardenedContext {
    var coreContext: CoreRequestContextStorage
    var hardening: RequestFacts

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        hardening = RequestFacts(channel: source.channel)
    }
}
