import Dispatch
import Synchronization

/// Prints one JSON line per figure.
///
///     Bench                           every row
///     Bench ROW                       one row
///     Bench ROW --operations N        runs N operations of a row once, untimed: for instruction counts
///
/// Synchronous where it can be: the instruction counter does not survive the concurrency runtime's threads.
@main
enum Bench {
    static let rows = LimiterRows.rows + BreakerRows.rows + TokenRows.rows + CostRows.rows + ErrorRows.rows

    /// Rows that are only run one at a time: the points of the curves.
    private static let points = LimiterSweep.rows

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let wanted = arguments.first
        if let position = arguments.firstIndex(of: "--operations"), position + 1 < arguments.count, let count = Int(arguments[position + 1])
        {
            guard let row = (rows + points).first(where: { $0.id == wanted }) else { return }
            try row.prepare()(count)
            return
        }
        for row in rows where wanted == nil || row.id == wanted { print(try row.measure().json) }
        if wanted == nil || wanted == "limiter_two_threads" { print(try LimiterRows.twoThreads().json) }
        if wanted == nil || wanted == "limiter_memory" { print(try LimiterRows.memory().json) }
        if wanted == nil || wanted == "limiter_flood" { print(try LimiterRows.flood().json) }
        if wanted == nil || wanted == "revocation_memory" { print(TokenRows.memory().json) }
        if wanted == nil || wanted == SecretRows.id { print(SecretRows.measure().json) }
        if wanted == nil || wanted == LimiterSweep.id { try LimiterSweep.measure() }
        if wanted == nil || wanted == "token_verify" { try waiting { print(try await TokenRows.jwtKit().json) } }
        if wanted == nil || wanted == PasswordRows.id { try waiting { try await PasswordRows.measure() } }
        if wanted == nil || wanted == "pipeline_success" { try waiting { print(try await BreakerRows.pipeline().json) } }
        if wanted == nil || wanted == "ledger_reserve_settle" { try waiting { print(try await CostRows.ledger().json) } }
        if wanted == nil || wanted == EdgeRows.id { try waiting { try await EdgeRows.measure() } }
        if wanted == nil || wanted == DurableRows.id { try waiting { try await DurableRows.measure() } }
        if wanted == nil || wanted == LedgerSweep.id { try waiting { try await LedgerSweep.measure() } }
    }

    /// Runs asynchronous work to its end on another thread.
    private static func waiting(_ work: @escaping @Sendable () async throws -> Void) throws {
        final class Outcome: Sendable {
            let error = Mutex<(any Error)?>(nil)
        }
        let outcome = Outcome()
        let end = DispatchSemaphore(value: 0)
        Task {
            do {
                try await work()
            } catch {
                outcome.error.withLock { $0 = error }
            }
            end.signal()
        }
        end.wait()
        if let error = outcome.error.withLock({ $0 }) { throw error }
    }
}
