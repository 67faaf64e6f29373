package import HardeningCore

/// What is counted in one account, and what of it is watched.
package struct AccountState {
    package let account: Account
    let hash: UInt64
    private let nameIsASCII: Bool
    package let windowEnd: Timestamp
    var generation: UInt32 = 1
    var isOpen = true
    /// Warning levels already raised, by position; bit 7: blocked.
    package private(set) var raised: UInt8 = 0
    /// Holds that are reserved, dispatched or in suspense.
    var openHolds: Int32 = 0
    package private(set) var used: Int64 = 0
    package private(set) var held: Int64 = 0
    package private(set) var suspense: Int64 = 0
    package private(set) var refunded: Int64 = 0
    package private(set) var requests: Int64 = 0
    package private(set) var inputTokens: Int64 = 0
    package private(set) var outputTokens: Int64 = 0
    private(set) var lastUsed: Timestamp
    package private(set) var limit: Money?
    package private(set) var warnings = WarningLevels.none
    /// The lowest level not raised yet: `used` above it is worth a look.
    private var warnAbove = Int64.max
    /// The limit until it is raised: what is committed from there on is worth a look.
    private var blockAt = Int64.max

    package init(account: Account, hash: UInt64, windowEnd: Timestamp, now: Timestamp) {
        self.account = account
        self.hash = hash
        self.windowEnd = windowEnd
        nameIsASCII = account.name.utf8.allSatisfy { $0 < 0x80 }
        lastUsed = now
    }

    /// An account as a durable store kept it.
    package init(
        account: Account, windowEnd: Timestamp, totals: AccountTotals, limit: Money?, warnings: WarningLevels, raised: UInt8
    ) {
        self.init(account: account, hash: 0, windowEnd: windowEnd, now: .distantPast)
        (used, held, suspense, refunded) = (totals.used, totals.held, totals.suspense, totals.refunded)
        (requests, inputTokens, outputTokens) = (totals.requests, totals.inputTokens, totals.outputTokens)
        (self.limit, self.warnings, self.raised) = (limit, warnings, raised)
        watch()
    }

    package var totals: AccountTotals {
        AccountTotals(
            used: used, held: held, suspense: suspense, refunded: refunded, requests: requests, inputTokens: inputTokens,
            outputTokens: outputTokens)
    }

    /// Used + held + suspense.
    ///
    /// Does not overflow: whatever is added was checked with ``canAdd(_:)``.
    @inline(__always)
    package var committed: Int64 { used &+ held &+ suspense }

    @inline(__always)
    package func canAdd(_ amount: Int64) -> Bool { !committed.addingReportingOverflow(amount).overflow }

    /// Whether that is the name, byte by byte: texts that only look the same name different accounts.
    ///
    /// `==` compares what texts look like. What looks like ASCII and is not is longer.
    @inline(__always)
    func isNamed(_ name: String) -> Bool {
        account.name == name && account.name.utf8.count == name.utf8.count
            && (nameIsASCII || account.name.utf8.elementsEqual(name.utf8))
    }

    // MARK: Amounts

    /// Notes today's limit.
    @inline(__always)
    package mutating func apply(_ limit: Money?, _ warnings: WarningLevels, now: Timestamp) {
        lastUsed = now
        if limit == self.limit, warnings == self.warnings { return }
        self.limit = limit
        self.warnings = warnings
        watch()
    }

    /// Holds an amount that the caller has checked to fit.
    @inline(__always)
    package mutating func hold(_ amount: Int64) {
        held &+= amount
        openHolds &+= 1
    }

    /// Gives back what ``hold(_:)`` took.
    @inline(__always)
    package mutating func free(_ amount: Int64, wasSuspended: Bool) {
        if wasSuspended { suspense &-= amount } else { held &-= amount }
        openHolds &-= 1
    }

    package mutating func suspend(_ amount: Int64) {
        held &-= amount
        suspense &+= amount
    }

    /// Adds a charge that the caller has checked to fit.
    @inline(__always)
    package mutating func add(_ amount: Int64, prompt: Int64, completion: Int64, now: Timestamp) {
        used &+= amount
        requests &+= 1
        lastUsed = now
        inputTokens = inputTokens.addingSaturating(prompt)
        outputTokens = outputTokens.addingSaturating(completion)
    }

    /// A credit from elsewhere may have taken already what would be given back now.
    ///
    /// - Throws: ``LedgerError``, `refundExceedsCharge`.
    package func checkRefund(_ amount: Int64) throws(LedgerError) {
        guard amount <= used else {
            throw LedgerError(.refundExceedsCharge, "\(account) counts only \(Money(picoUSD: used)) USD after earlier credits")
        }
    }

    /// Takes back a part of what ``add(_:prompt:completion:now:)`` added.
    package mutating func refund(_ amount: Int64, now: Timestamp) {
        used &-= amount
        refunded = refunded.addingSaturating(amount)
        lastUsed = now
    }

    /// Adds the difference that another price makes; the caller has checked that the sum stays in range.
    package mutating func adjust(_ amount: Int64, now: Timestamp) {
        used &+= amount
        lastUsed = now
    }

    // MARK: Levels

    /// Whether a level may have been crossed that was not raised yet.
    @inline(__always)
    package var mayCrossLevel: Bool { used > warnAbove || committed >= blockAt }

    /// Raises what was crossed for the first time.
    package mutating func raiseCrossedLevels(now: Timestamp, into events: inout [BudgetEvent]) {
        guard let limit else { return }
        let balance = balance
        for position in 0..<4 {
            guard let percent = warnings[position], raised & (1 << UInt8(position)) == 0, used > Self.level(percent, of: limit) else {
                continue
            }
            raised |= 1 << UInt8(position)
            events.append(BudgetEvent(kind: .warning, at: now, balance: balance, percent: percent))
        }
        if raised & 0x80 == 0, committed >= limit.picoUSD {
            raised |= 0x80
            events.append(BudgetEvent(kind: .blocked, at: now, balance: balance))
        }
        watch()
    }

    private mutating func watch() {
        (warnAbove, blockAt) = (.max, .max)
        guard let limit else { return }
        if raised & 0x80 == 0 { blockAt = limit.picoUSD }
        for position in 0..<4 where raised & (1 << UInt8(position)) == 0 {
            if let percent = warnings[position] { warnAbove = min(warnAbove, Self.level(percent, of: limit)) }
        }
    }

    /// The largest amount that is not above so many percent.
    private static func level(_ percent: Int, of limit: Money) -> Int64 {
        Int64(truncatingIfNeeded: Int128(limit.picoUSD) * Int128(percent) / 100)  // at most the limit
    }

    package var balance: AccountBalance {
        var balance = AccountBalance(account: account, windowEnd: windowEnd, limit: limit)
        balance.used = Money(picoUSD: used)
        balance.held = Money(picoUSD: held)
        balance.suspense = Money(picoUSD: suspense)
        balance.refunded = Money(picoUSD: refunded)
        balance.requests = requests
        balance.inputTokens = inputTokens
        balance.outputTokens = outputTokens
        return balance
    }
}
