import Synchronization
import TokenAuth

/// A file in memory whose machine can lose power: what was not synced survives in part, or not, or in pieces.
final class CrashingFile: JournalFile {
    struct State {
        var durable: [UInt8] = []
        /// Written and not synced.
        var pending: [UInt8] = []
        var failingSyncs = 0
        var failingWrites = 0
        var failingReplacements = 0
    }

    let state: Mutex<State>

    init(_ bytes: [UInt8] = []) {
        state = Mutex(State(durable: bytes))
    }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    var bytes: [UInt8] { state.withLock { $0.durable + $0.pending } }

    var isSynced: Bool { state.withLock { $0.pending.isEmpty } }

    /// What a reboot finds: pages of the pending bytes that reached the disk, in any order, others as zeros or not there.
    func afterCrash(_ generator: inout some RandomNumberGenerator) -> CrashingFile {
        state.withLock { state in
            var tail = Array(state.pending.prefix(Int.random(in: 0...state.pending.count, using: &generator)))
            let page = 64
            for start in stride(from: 0, to: tail.count, by: page) where Int.random(in: 0..<4, using: &generator) == 0 {
                for index in start..<min(start + page, tail.count) { tail[index] = 0 }
            }
            return CrashingFile(state.durable + tail)
        }
    }

    func byteCount() -> Int { bytes.count }

    func read(at offset: Int, count: Int) -> [UInt8] { Array(bytes.dropFirst(offset).prefix(count)) }

    func append(_ bytes: [UInt8]) throws(JournalError) {
        let fails = state.withLock { state in
            guard state.failingWrites > 0 else {
                state.pending += bytes
                return false
            }
            state.failingWrites -= 1
            state.pending += bytes.prefix(bytes.count / 2)
            return true
        }
        if fails { throw .system(operation: "write", code: 28) }
    }

    func sync() throws(JournalError) {
        let fails = state.withLock { state in
            guard state.failingSyncs > 0 else {
                state.durable += state.pending
                state.pending = []
                return false
            }
            state.failingSyncs -= 1
            // As Linux does: the pages are gone, and the next sync would succeed.
            state.pending = []
            return true
        }
        if fails { throw .system(operation: "fsync", code: 5) }
    }

    func close() {}

    func truncate(to byteCount: Int) {
        state.withLock { state in
            state.durable = Array((state.durable + state.pending).prefix(byteCount))
            state.pending = []
        }
    }

    func replace(_ write: (_ append: ([UInt8]) throws(JournalError) -> Void) throws(JournalError) -> Void) throws(JournalError) {
        var fresh: [UInt8] = []
        try write { (bytes) throws(JournalError) in fresh += bytes }
        let fails = state.withLock { state in
            guard state.failingReplacements > 0 else {
                state.durable = fresh
                state.pending = []
                return false
            }
            state.failingReplacements -= 1
            return true
        }
        if fails { throw .system(operation: "rename", code: 28) }
    }
}
