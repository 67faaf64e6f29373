import HardeningCore

/// The accounts of one store: a bounded table, found by name or by slot.
struct AccountBook {
    /// An account at a slot, valid while the generation there is the same.
    struct Reference: BitwiseCopyable {
        var slot: UInt32 = 0
        var generation: UInt32 = 0
    }

    struct State {
        var account: Account
        var hash: UInt64
        var generation: UInt32 = 1
        var isOpen = true
        /// Warning levels already raised, by position; bit 7: blocked.
        var raised: UInt8 = 0
        var warnings: WarningLevels
        /// Holds that are reserved, dispatched or in suspense.
        var openHolds: Int32 = 0
        var used: Int64 = 0
        var held: Int64 = 0
        var suspense: Int64 = 0
        var refunded: Int64 = 0
        var requests: Int64 = 0
        var inputTokens: Int64 = 0
        var outputTokens: Int64 = 0
        var limit: Money?
        var windowEnd: Timestamp
        var lastUsed: Timestamp

        /// Nil when the sum does not fit.
        @inline(__always)
        func committed(adding amount: Int64) -> Int64? {
            let (a, first) = used.addingReportingOverflow(held)
            let (b, second) = a.addingReportingOverflow(suspense)
            let (c, third) = b.addingReportingOverflow(amount)
            return first || second || third ? nil : c
        }

        /// Notes today's limit.
        @inline(__always)
        mutating func apply(_ limit: AccountLimit, now: Timestamp) {
            self.limit = limit.limit
            warnings = limit.warnings
            lastUsed = now
        }

        /// Holds an amount that the caller has checked to fit.
        @inline(__always)
        mutating func hold(_ amount: Int64) {
            held &+= amount
            openHolds &+= 1
        }

        /// Gives back what ``hold(_:)`` took.
        @inline(__always)
        mutating func free(_ amount: Int64, wasSuspended: Bool) {
            if wasSuspended { suspense &-= amount } else { held &-= amount }
            openHolds &-= 1
        }

        /// Adds a charge that the caller has checked to fit.
        @inline(__always)
        mutating func add(_ amount: Int64, usage: TokenUsage?, now: Timestamp) {
            used &+= amount
            requests &+= 1
            lastUsed = now
            guard let usage else { return }
            inputTokens = inputTokens.addingSaturating(usage.promptTokens)
            outputTokens = outputTokens.addingSaturating(usage.completionTokens)
        }

        /// Whether a level may have been crossed that was not raised yet.
        @inline(__always)
        var mayCrossLevel: Bool {
            guard let limit else { return false }
            if raised & 0x80 == 0, (committed(adding: 0) ?? .max) >= limit.picoUSD { return true }
            for position in 0..<4 {
                guard let percent = warnings[position] else { return false }
                if raised & (1 << UInt8(position)) == 0, isAbove(percent, of: limit) { return true }
            }
            return false
        }

        @inline(__always)
        func isAbove(_ percent: Int, of limit: Money) -> Bool {
            Int128(used) * 100 > Int128(limit.picoUSD) * Int128(percent)
        }

        var balance: AccountBalance {
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

    var states: [State] = []
    private var index = SlotIndex()
    private var free: [Int] = []
    private let capacity: Int
    private let idleLifetime: Duration
    private let seed = FingerprintKey()
    private var nextSweep = Timestamp.distantPast

    init(capacity: Int, idleLifetime: Duration) {
        self.capacity = max(64, min(capacity, 1 << 24))
        self.idleLifetime = idleLifetime
    }

    var count: Int { index.count }

    @inline(__always)
    func hash(of account: Account) -> UInt64 {
        // Scope and window are few: they are compared, not hashed. The start keeps days apart.
        let name = seed.fingerprint(of: account.name)
        return name.low ^ UInt64(bitPattern: account.start.nanosecondsSince1970) &* 0x9e37_79b9_7f4a_7c15
    }

    @inline(__always)
    func find(_ account: Account, hash: UInt64) -> Int? {
        index.find(hash) { states[$0].account == account }
    }

    func find(_ account: Account) -> Int? { find(account, hash: hash(of: account)) }

    /// Finds or opens an account and notes today's limit.
    ///
    /// - Returns: nil when the table is full of accounts that must not be forgotten.
    mutating func open(_ limit: AccountLimit, hash: UInt64, now: Timestamp) -> Int? {
        if let slot = find(limit.account, hash: hash) { return slot }
        if index.count >= capacity { forget(now: now) }
        guard index.count < capacity else { return nil }
        var state = State(
            account: limit.account, hash: hash, warnings: limit.warnings, limit: limit.limit, windowEnd: limit.windowEnd, lastUsed: now)
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            state.generation = states[slot].generation &+ 1
            states[slot] = state
        } else {
            slot = states.count
            states.append(state)
        }
        index.insert(slot, hash: hash)
        return slot
    }

    func isCurrent(_ reference: Reference) -> Bool {
        let state = states[Int(reference.slot)]
        return state.isOpen && state.generation == reference.generation
    }

    func reference(to slot: Int) -> Reference {
        Reference(slot: UInt32(truncatingIfNeeded: slot), generation: states[slot].generation)
    }

    /// Makes room: forgets accounts without open holds whose window has ended, that never spent anything, or
    /// that were idle for longer than their lifetime.
    ///
    /// At most once a second, because it looks at every account.
    private mutating func forget(now: Timestamp) {
        guard now >= nextSweep else { return }
        nextSweep = now.advanced(by: .seconds(1))
        let idleSince = now.advanced(by: .zero - idleLifetime)
        for slot in states.indices where states[slot].isOpen && states[slot].openHolds == 0 {
            let state = states[slot]
            guard state.windowEnd <= now || (state.used == 0 && state.requests == 0) || state.lastUsed <= idleSince else { continue }
            index.remove(slot, hash: state.hash)
            states[slot].isOpen = false
            free.append(slot)
        }
    }
}
