/// The rules of a breaker, written a second time in the plainest way: time is a number of ticks, and every
/// call that has not settled is remembered.
///
/// Shares no code and no representation with the library, so that an error would have to be made twice.
struct ReferenceBreaker: Hashable {
    struct Rules: Hashable {
        var threshold = 1
        var maxProbes = 1
        var successes = 1
        var tolerated = 0
        var openTicks = 2
        var leaseTicks = 2
        /// nil when the share of failures is the only rule.
        var countsStreak = true
        var share: Share?
        var overdue: Overdue?
    }

    struct Share: Hashable {
        /// How many calls, or how many ticks, are looked at.
        var calls: Int?
        var ticks: Int?
        var percent: Int
        var minCalls: Int
    }

    struct Overdue: Hashable {
        var calls: Int
        var ticks: Int
    }

    struct Recorded: Hashable {
        let tick: Int
        let failed: Bool
    }

    struct Call: Hashable {
        let epoch: Int
        let leaseEnd: Int?
        let began: Int
        var isForfeit = false
    }

    enum Ending: CaseIterable {
        case success, failure, failureWithRetryAfter, ignored, cancelled
    }

    static let retryAfterTicks = 3

    let rules: Rules
    var now = 0
    var mode = "CLOSED"
    var epoch = 0
    var failuresInARow = 0
    var serverSays = Int.min
    var opensAt = 0
    var won = 0
    var lost = 0
    var late = 0
    var calls: [Call] = []
    /// Outcomes since the breaker was closed.
    var history: [Recorded] = []
    /// Transitions of the latest step.
    var log: [String] = []

    var probesOut: Int {
        calls.filter { $0.epoch == epoch && $0.leaseEnd != nil && !$0.isForfeit }.count
    }

    /// - Returns: nil if admitted, else when to come back.
    mutating func acquire() -> Int? {
        log = []
        letTimeAct()
        if mode == "OPEN" && now < opensAt { return opensAt }
        if mode == "HALF_OPEN" {
            if probesOut >= rules.maxProbes {
                return calls.filter { $0.epoch == epoch && !$0.isForfeit }.compactMap(\.leaseEnd).min()
            }
            calls.append(Call(epoch: epoch, leaseEnd: now + rules.leaseTicks, began: now))
        } else {
            calls.append(Call(epoch: epoch, leaseEnd: nil, began: now))
        }
        return nil
    }

    private mutating func letTimeAct() {
        if mode == "CLOSED", let overdue = rules.overdue {
            let began = calls.filter { $0.epoch == epoch }.map(\.began).sorted()
            if began.count >= overdue.calls, began[overdue.calls - 1] + overdue.ticks < now {
                open(at: began[overdue.calls - 1] + overdue.ticks)
            }
        }
        while mode == "HALF_OPEN",
            let index = calls.indices.filter({ calls[$0].epoch == epoch && !calls[$0].isForfeit && (calls[$0].leaseEnd ?? .max) <= now })
                .min(by: { (calls[$0].leaseEnd ?? 0) < (calls[$1].leaseEnd ?? 0) })
        {
            calls[index].isForfeit = true
            probeFailed(at: calls[index].leaseEnd ?? now)
        }
        if mode == "OPEN" && now >= opensAt { go("HALF_OPEN") }
    }

    mutating func settle(_ index: Int, _ ending: Ending) {
        log = []
        let call = calls.remove(at: index)
        if call.epoch != epoch || call.isForfeit {
            late += 1
            return
        }
        switch ending {
        case .ignored, .cancelled: break
        case .success:
            failuresInARow = 0
            serverSays = .min
            if mode == "HALF_OPEN" {
                won += 1
                if won == rules.successes { go("CLOSED") }
            } else {
                note(failed: false)
            }
        case .failure, .failureWithRetryAfter:
            if ending == .failureWithRetryAfter { serverSays = max(serverSays, now + Self.retryAfterTicks) }
            if mode == "HALF_OPEN" {
                probeFailed(at: now)
            } else {
                failuresInARow += 1
                note(failed: true)
            }
        }
        if call.leaseEnd == nil && rules.overdue != nil { letTimeAct() }
    }

    private mutating func note(failed: Bool) {
        history.append(Recorded(tick: now, failed: failed))
        if let count = rules.share?.calls { history = Array(history.suffix(count)) }
        if let ticks = rules.share?.ticks { history.removeAll { $0.tick <= now - ticks } }
        if rules.share == nil { history = [] }
        if rules.countsStreak && failuresInARow == rules.threshold { return open(at: now) }
        if let share = rules.share, history.count >= share.minCalls,
            100 * history.filter(\.failed).count >= share.percent * history.count
        {
            open(at: now)
        }
    }

    mutating func tick() {
        log = []
        now += 1
    }

    mutating func reset() {
        log = []
        go("CLOSED")
    }

    private mutating func probeFailed(at moment: Int) {
        failuresInARow += 1
        lost += 1
        if lost > rules.tolerated { open(at: moment) }
    }

    private mutating func open(at moment: Int) {
        opensAt = max(moment + rules.openTicks, serverSays)
        go("OPEN")
    }

    private mutating func go(_ next: String) {
        if mode != next { log.append("\(mode)>\(next)") }
        mode = next
        epoch += 1
        won = 0
        lost = 0
        history = []
        if next == "CLOSED" {
            failuresInARow = 0
            serverSays = .min
        }
    }
}
