import HardeningCore
import Synchronization
import TokenAuth

/// When API keys were last used, until it is worth a write.
///
/// Uses are written together once ``batch`` keys have one or the oldest is a minute old, and when the database closes; a crash
/// loses what was not. At ``capacity``, which only a disk that refuses writes can lead to, further keys are not noted.
final class PendingKeyUses: Sendable {
    static let batch = 256
    static let capacity = 4_096
    static let delay = Duration.seconds(60)

    private struct State {
        var uses: [TokenID: Timestamp] = [:]
        var oldest = Timestamp.distantFuture
    }

    private let state = Mutex(State())

    /// - Returns: whether it is time to write.
    func note(_ id: TokenID, at moment: Timestamp) -> Bool {
        state.withLock { state in
            guard state.uses.count < Self.capacity || state.uses[id] != nil else { return true }
            state.uses[id] = moment
            state.oldest = min(state.oldest, moment)
            return state.uses.count >= Self.batch || moment.duration(since: state.oldest) >= Self.delay
        }
    }

    /// The record with a use that is not written yet.
    func complete(_ record: APIKeyRecord) -> APIKeyRecord {
        guard let use = state.withLock({ $0.uses[record.id] }) else { return record }
        var record = record
        record.lastUsedAt = use
        return record
    }

    func forget(_ ids: [TokenID]) {
        state.withLock { state in for id in ids { state.uses[id] = nil } }
    }

    func enqueue(into writer: IdentityWriter) {
        guard let uses = take() else { return }
        writer.enqueue(
            IdentityWriter.Step(
                perform: { transaction in
                    try APIKeyRows(transaction).markUsed(uses)
                    return IdentityWriter.Outcome(isRefused: false) {}
                },
                fail: { [self] _ in putBack(uses) }))
    }

    func flush(into writer: IdentityWriter) async throws {
        guard let uses = take() else { return }
        try await writer.step { try APIKeyRows($0).markUsed(uses) }
    }

    private func take() -> [TokenID: Timestamp]? {
        state.withLock { state in
            guard !state.uses.isEmpty else { return nil }
            defer { state = State() }
            return state.uses
        }
    }

    private func putBack(_ uses: [TokenID: Timestamp]) {
        state.withLock { state in
            for (id, moment) in uses where state.uses[id] == nil && state.uses.count < Self.capacity {
                state.uses[id] = moment
                state.oldest = min(state.oldest, moment)
            }
        }
    }
}
