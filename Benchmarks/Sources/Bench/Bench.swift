/// Prints one JSON line per figure.
///
///     Bench                           every row
///     Bench ROW                       one row
///     Bench ROW --operations N        runs N operations of a row once, untimed: for instruction counts
@main
enum Bench {
    static let rows = LimiterRows.rows + BreakerRows.rows + TokenRows.rows + CostRows.rows + ErrorRows.rows

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let wanted = arguments.first
        if let position = arguments.firstIndex(of: "--operations"), position + 1 < arguments.count, let count = Int(arguments[position + 1])
        {
            guard let row = rows.first(where: { $0.id == wanted }) else { return }
            try (await row.prepare())(count)
            return
        }
        for row in rows where wanted == nil || row.id == wanted { print(try await row.measure().json) }
        if wanted == nil || wanted == "limiter_two_threads" { print(try LimiterRows.twoThreads().json) }
        if wanted == nil || wanted == "limiter_memory" { print(try LimiterRows.memory().json) }
        if wanted == nil || wanted == "token_verify" { print(try await TokenRows.jwtKit().json) }
        if wanted == nil || wanted == "ledger_reserve_settle" { print(try await CostRows.ledger().json) }
    }
}
