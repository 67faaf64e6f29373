import Foundation
import Logging

/// The process: settings in, server out, a clear exit code for everything else.
@main
enum DemoServer {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.contains("--help") || arguments.contains("-h") {
            print(Setting.help)
            return
        }
        if let unknown = arguments.first { fail("unknown argument \(unknown); try --help", code: 64) }
        do {
            let configuration = try DemoConfiguration(try await SettingsReader.fromEnvironment())
            let logger = logger(configuration)
            let application = try await DemoApplication(configuration, logger: logger)
            try await application.run { address in
                print(Welcome.text(address: address, configuration: configuration))
                fflush(nil)
            }
        } catch let error as ConfigurationError {
            fail(error.description, code: ConfigurationError.exitCode)
        } catch {
            fail("the server stopped: \(error)", code: 1)
        }
    }

    private static func logger(_ configuration: DemoConfiguration) -> Logger {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "demo")
        logger.logLevel = configuration.logLevel
        return logger
    }

    private static func fail(_ message: String, code: Int32) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(code)
    }
}
