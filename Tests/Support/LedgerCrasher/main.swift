import CostTracker
import HardeningCore
import HardeningSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process for the tests of durability, to be killed, starved or doubled.
///
/// It writes a line for each step only after the ledger acknowledged it.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
}

let arguments = CommandLine.arguments
guard arguments.count > 3, let number = Int64(arguments[3]) else { exit(64) }
let (mode, path) = (arguments[1], arguments[2])
let time = ManualTime()
time.advance(by: .seconds(number))

func openLedger(_ budgets: [Budget] = []) throws -> CostLedger {
    let prices = try PriceTable(csv: "provider,model,input,output\np,m,0.000001,0.000001\n".utf8)
    return try CostLedger(prices: prices, budgets: budgets, store: SQLiteLedgerStore(path: path), time: .manual(time))
}

func reserve(_ ledger: CostLedger, _ tokens: Int64, _ key: String) async throws -> Hold {
    try await ledger.reserve(CostScope(session: "s"), model: "m", input: .atMost(tokens), maxOutput: 0, key: key)
}

/// Does steps until it is killed, at the moment that the third argument says, in seconds.
func work() async throws {
    let ledger = try openLedger()
    await withTaskGroup(of: Void.self) { group in
        for worker in 0..<4 {
            group.addTask {
                for step in 0..<10_000 {
                    guard let hold = try? await reserve(ledger, Int64(step % 50 + 1), "\(number)-\(worker)-\(step)") else { return }
                    say("reserved \(hold.id.rawValue) \(hold.amount.picoUSD)")
                    if step % 4 == 0 { continue }
                    if step % 4 == 1 {
                        guard (try? await ledger.release(hold)) != nil else { return }
                        say("released \(hold.id.rawValue) 0")
                        continue
                    }
                    guard (try? await ledger.dispatched(hold)) != nil else { return }
                    say("dispatched \(hold.id.rawValue) 0")
                    if step % 4 == 2 { continue }
                    guard let usage = try? TokenUsage(input: Int64(step % 30)) else { return }
                    guard let entry = try? await ledger.settle(hold, usage: usage) else { return }
                    say("settled \(hold.id.rawValue) \(entry.amount.picoUSD)")
                }
            }
        }
    }
}

/// Tries to hold one pico-dollar a hundred times of a budget of 100, and says how often it could.
func spend() async throws {
    let ledger = try openLedger([.session(Money(picoUSD: 100))])
    var admitted = 0
    for step in 0..<100 {
        do {
            _ = try await reserve(ledger, 1, "\(number)-\(step)")
            admitted += 1
        } catch let error as LedgerError where error.code == .budgetExceeded {
            break
        }
    }
    say("admitted \(admitted)")
}

/// No file of this process may grow beyond so many bytes.
func limitFiles(to bytes: Int64?) {
    #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
        let resource = RLIMIT_FSIZE
    #endif
    var limit = rlimit()
    getrlimit(resource, &limit)
    limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
    setrlimit(resource, &limit)
}

/// Reserves while no file may grow beyond the third argument in bytes, and says how that ended.
func fill() async throws {
    _ = try openLedger()  // the layout fits
    limitFiles(to: number)
    signal(SIGXFSZ, SIG_IGN)
    let ledger = try openLedger()
    for step in 0..<5_000 {
        do {
            let hold = try await reserve(ledger, 1, "\(step)")
            say("reserved \(hold.id.rawValue) 1")
        } catch let error as LedgerError {
            say("failed \(error.code.rawValue)")
            limitFiles(to: nil)
            let hold = try await reserve(ledger, 1, "\(step)")
            say("again \(hold.id.rawValue)")
            return
        }
    }
}

/// Opens the file without the rights of root, which may write anything.
func openAsNobody() async throws {
    if getuid() == 0 { setuid(65_534) }
    let ledger = try openLedger()
    _ = try await reserve(ledger, 1, "k")
    say("opened")
}

do {
    switch mode {
    case "work": try await work()
    case "spend": try await spend()
    case "fill": try await fill()
    case "open-as-nobody": try await openAsNobody()
    default: exit(64)
    }
} catch let error as LedgerError {
    say("error \(error.code.rawValue) \(error.message)")
}
