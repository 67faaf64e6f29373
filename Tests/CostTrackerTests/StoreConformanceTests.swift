import CostTracker
import HardeningCore
import HardeningTesting
import Testing

@Suite struct StoreConformanceTests {
    private func bounds() -> InMemoryLedgerStore.Bounds {
        var bounds = InMemoryLedgerStore.Bounds()
        bounds.journalLines = 500
        return bounds
    }

    @Test(.timeLimit(.minutes(60)), arguments: [1, 2])
    func `the store in memory keeps every promise, and its journal verifies`(seed: UInt64) async throws {
        let bounds = bounds()
        let violations = try await LedgerStoreConformance.violations(seed: seed) { InMemoryLedgerStore(bounds: bounds) }
        #expect(violations.isEmpty)
    }

    /// A suite that passes everything would certify anything.
    @Test(.timeLimit(.minutes(60)), arguments: FaultyStore.Fault.allCases)
    func `a store with a planted fault is found, by the promise it breaks`(fault: FaultyStore.Fault) async throws {
        let violations = try await LedgerStoreConformance.violations { FaultyStore(fault: fault) }
        #expect(violations.contains { $0.promise.contains(fault.brokenPromise) }, "\(violations)")
    }
}

/// A store that does one thing wrong.
struct FaultyStore: LedgerAdjusting {
    enum Fault: CaseIterable {
        case forgetsKeys, keepsPartOfARefusal, holdsTooLittle, ignoresDispatch, expiresEarly, expiresLate, settlesAtTheHold, chargesTwice
        case keepsTheRestOfAHold, refundsTwice, refundsToday, dropsEvents, listsInAnyOrder, readsThenWrites, heldNowhere
        case adjustsTwice, forgetsAdjustments, adjustsAfterLooking, correctsInPart, correctsTwice, correctsByNothing, adjustsLate
        case cannotAdjust

        /// Words of the promise that finds it.
        var brokenPromise: String {
            switch self {
            case .forgetsKeys: "repeating a reservation returns the first hold"
            case .keepsPartOfARefusal: "a refusal is not remembered"
            case .holdsTooLittle: "reach a limit exactly"
            case .ignoresDispatch: "stays counted in suspense"
            case .expiresEarly: "not a nanosecond earlier"
            case .expiresLate: "returns its money at its expiry"
            case .settlesAtTheHold: "posts the exact cost"
            case .chargesTwice: "posted whatever the limits say, once per key"
            case .keepsTheRestOfAHold: "settling frees the whole hold"
            case .refundsTwice: "refunds never exceed"
            case .refundsToday: "a refund after midnight"
            case .dropsEvents: "warnings and blocks are announced once"
            case .listsInAnyOrder: "listed newest window first"
            case .readsThenWrites: "exactly as many are admitted as fit"
            case .heldNowhere: "held in every account or in none"
            case .adjustsTwice: "repeating it posts nothing"
            case .forgetsAdjustments: "posts what is missing to its target"
            case .adjustsAfterLooking: "of racing adjustments to one target one posts"
            case .correctsInPart: "a provider's report is posted once"
            case .correctsTwice: "a repeated correction is answered and posts once"
            case .correctsByNothing: "a correction of nothing is refused"
            case .cannotAdjust: "posts what is missing to its target"
            case .adjustsLate: "are moved before an adjustment is judged"
            }
        }
    }

    let fault: Fault
    private let store = InMemoryLedgerStore()
    private let silent = EventChannel<BudgetEvent>()

    var events: EventChannel<BudgetEvent> { fault == .dropsEvents ? silent : store.events }

    init(fault: Fault) { self.fault = fault }

    private func moved(_ now: Timestamp) -> Timestamp {
        switch fault {
        case .expiresEarly: now.advanced(by: .nanoseconds(1))
        case .expiresLate: now.advanced(by: .nanoseconds(-1))
        default: now
        }
    }

    func reserve(_ command: ReserveCommand) async throws(LedgerError) -> Hold {
        var command = command
        switch fault {
        case .heldNowhere: command.amount = .zero
        case .forgetsKeys: command.key += "\(UInt64.random(in: 0 ... .max))"
        case .holdsTooLittle: command.amount = Money(picoUSD: max(0, command.amount.picoUSD - 1))
        case .expiresEarly, .expiresLate: command.now = moved(command.now)
        case .readsThenWrites:
            let balances = store.balances(of: command.accounts.limits, now: command.now)
            await Task.yield()
            if balances.allSatisfy({ ($0.remaining ?? command.amount) >= command.amount }) { command.amount = .zero }
        default: break
        }
        do {
            return try store.reserve(command)
        } catch {
            if fault == .keepsPartOfARefusal, error.code == .budgetExceeded {
                var rest = command
                rest.amount = .zero
                _ = try? store.reserve(rest)
            }
            throw error
        }
    }

    func dispatch(_ hold: HoldID, deadline: Timestamp, now: Timestamp) async throws(LedgerError) {
        if fault == .ignoresDispatch { return }
        try store.dispatch(hold, deadline: deadline, now: moved(now))
    }

    func settle(_ command: SettleCommand) async throws(LedgerError) -> LedgerEntry {
        var command = command
        if fault == .settlesAtTheHold { command.outcome = .atHold }
        command.now = moved(command.now)
        return try store.settle(command)
    }

    func release(_ hold: HoldID, now: Timestamp) async throws(LedgerError) { try store.release(hold, now: moved(now)) }

    func charge(_ command: ChargeCommand) async throws(LedgerError) -> LedgerEntry {
        var command = command
        if fault == .chargesTwice { command.key = nil }
        return try store.charge(command)
    }

    func refund(_ command: RefundCommand) async throws(LedgerError) -> LedgerEntry {
        var command = command
        if fault == .refundsTwice { command.key += "\(UInt64.random(in: 0 ... .max))" }
        return try store.refund(command)
    }

    func balances(of accounts: [AccountLimit], now: Timestamp) async throws(LedgerError) -> [AccountBalance] {
        var balances = store.balances(of: accounts, now: moved(now))
        for position in balances.indices where fault == .keepsTheRestOfAHold && balances[position].requests > 0 {
            balances[position].held = Money(picoUSD: balances[position].held.picoUSD + 1)
        }
        for position in balances.indices where fault == .refundsToday { balances[position].refunded = Money(picoUSD: 30) }
        return balances
    }

    func balances(scope: ScopeKind, window: BudgetWindow, limit: Int, now: Timestamp) async throws(LedgerError) -> [AccountBalance] {
        let balances = store.balances(scope: scope, window: window, limit: limit, now: moved(now))
        return fault == .listsInAnyOrder ? balances.reversed() : balances
    }

    func state(of hold: HoldID, now: Timestamp) async throws(LedgerError) -> HoldState? { store.state(of: hold, now: moved(now)) }

    func recentEntries(limit: Int) async throws(LedgerError) -> [LedgerEntry] { store.recentEntries(limit: limit) }

    func adjust(_ command: AdjustCommand) async throws(LedgerError) -> LedgerEntry? {
        switch fault {
        case .adjustsTwice:
            let posted = try store.adjust(command)
            return posted ?? store.recentEntries(limit: 1).first
        case .adjustsAfterLooking:
            let standing = store.standing(of: command.entry)
            await Task.yield()
            return standing?.amount == command.target ? nil : try store.adjust(command) ?? store.recentEntries(limit: 1).first
        case .cannotAdjust: throw Self.busy
        case .adjustsLate:
            var command = command
            command.now = .distantPast
            return try store.adjust(command)
        default: return try store.adjust(command)
        }
    }

    /// A code of the store's own.
    private static let busy = LedgerError(LedgerError.Code(rawValue: "STORE_BUSY"), "another process writes")

    func correct(_ command: CorrectionCommand) async throws(LedgerError) -> LedgerEntry {
        var command = command
        switch fault {
        case .correctsInPart: command.amount = Money(picoUSD: command.amount.picoUSD / 2)
        case .cannotAdjust: throw Self.busy
        case .correctsTwice: command.key += "\(UInt64.random(in: 0 ... .max))"
        case .correctsByNothing where command.amount == .zero: command.amount = Money(picoUSD: 1)
        default: break
        }
        return try store.correct(command)
    }

    func standing(of entry: EntryID) async throws(LedgerError) -> ChargeStanding? {
        guard fault == .forgetsAdjustments else { return store.standing(of: entry) }
        return store.recentEntries(limit: .max).first { $0.id == entry && $0.kind == .charge }
            .map { ChargeStanding(amount: $0.amount, price: $0.request.price) }
    }
}
