import CostTracker
import Foundation
import HardeningCore
import HardeningSQLite
import Testing

@Suite(.timeLimit(.minutes(60))) struct CrashTests {
    /// 220 kills: 55 in each of four files, so that every kill also meets what earlier ones left behind.
    @Test(arguments: [1, 2, 3, 4])
    func `a process killed at any point loses no acknowledged step and leaves none half done`(seed: UInt64) async throws {
        var random = SeededGenerator(state: seed)
        let crasher = try ChildProcess.executable("LedgerCrasher")
        var acknowledged = Acknowledged()
        var folder = try TemporaryFolder()
        for round in 0..<55 {
            if round % 11 == 0 { (folder, acknowledged) = (try TemporaryFolder(), Acknowledged()) }
            let seconds = Int64(round % 11) * 1_000  // each round begins after the deadlines of the last
            let enough = Int.random(in: 0...40, using: &random)
            let child = try ChildProcess(crasher, ["work", folder.ledger, "\(seconds)"])
            acknowledged.add(child.lines { $0.count >= enough })
            try await check(folder, acknowledged, seconds: seconds)
        }
    }

    /// What the child said it had done.
    private struct Acknowledged {
        var states: [UInt64: String] = [:]
        var charged: [UInt64: Int64] = [:]

        mutating func add(_ lines: [String]) {
            for line in lines {
                let words = line.split(separator: " ")
                guard words.count == 3, let hold = UInt64(words[1]), let amount = Int64(words[2]) else { continue }
                states[hold] = String(words[0])
                if words[0] == "settled" { charged[hold] = amount }
            }
        }
    }

    private func check(_ folder: TemporaryFolder, _ acknowledged: Acknowledged, seconds: Int64) async throws {
        let time = ManualTime()
        time.advance(by: .seconds(seconds))
        let bench = try FileBench(folder: folder, time: time)
        defer { try? bench.store.close() }
        let replay = try await replay(bench.store)
        let report = try await bench.ledger.verify()
        #expect(report.isSound, "\(String(describing: report.fault))")

        // Every acknowledged step is there; a later one may be, that was not acknowledged any more.
        let later: [String: Set<HoldState?>] = [
            "reserved": [.reserved, .dispatched, .settled, .released, .expired, .suspense],
            "dispatched": [.dispatched, .suspense, .settled],
            "settled": [.settled], "released": [.released],
        ]
        for (hold, step) in acknowledged.states {
            let state = try await bench.store.state(of: HoldID(rawValue: hold), now: time.timestamp)
            #expect(later[step]?.contains(state) == true, "hold \(hold) was \(step) and is \(String(describing: state))")
        }
        for (hold, amount) in acknowledged.charged { #expect(replay.charges[hold] == amount) }

        // Reserved money is back after its lease, dispatched money stays counted, first held and then in suspense.
        time.advance(by: .seconds(61))
        try await expect(bench, used: replay.used, held: replay.dispatched, suspense: replay.suspense)
        time.advance(by: .seconds(600))
        try await expect(bench, used: replay.used, held: 0, suspense: replay.dispatched + replay.suspense)
        #expect(try await bench.ledger.verify().isSound)
    }

    private func expect(_ bench: FileBench, used: Int64, held: Int64, suspense: Int64) async throws {
        let balance = try await bench.ledger.summary(session: "s")
        #expect([balance.used, balance.held, balance.suspense].map(\.picoUSD) == [used, held, suspense])
    }

    private struct Sums {
        var used: Int64 = 0
        var dispatched: Int64 = 0
        var suspense: Int64 = 0
        var charges: [UInt64: Int64] = [:]
    }

    /// What the journal says, added up here and not by the store.
    private func replay(_ store: SQLiteLedgerStore) async throws -> Sums {
        var replay = JournalReplay()
        var sums = Sums()
        var last: UInt64 = 0
        while true {
            let lines = try await store.journal(after: last, limit: 500)
            guard let newest = lines.last else { break }
            last = newest.entry.sequence
            for line in lines {
                try replay.add(line)
                sums.used += line.entry.moves.spent
                if line.entry.kind == .charged { sums.charges[line.entry.hold.rawValue] = line.entry.moves.spent }
            }
        }
        for hold in replay.holds.values {
            if hold.state == .dispatched { sums.dispatched += hold.amount }
            if hold.state == .suspense { sums.suspense += hold.amount }
        }
        return sums
    }
}

/// SplitMix64, seeded, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
