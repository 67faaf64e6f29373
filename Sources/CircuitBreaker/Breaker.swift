public import HardeningCore
import Synchronization

/// Stops calling a dependency that fails, and finds out by itself when it is back.
///
/// ```swift
/// let claude = Breaker("claude", .preset(failures: 3, openFor: .seconds(30)))
/// let reply = try await claude.run { try await client.messages(request) }
/// ```
///
/// While the dependency is down, callers get a ``Rejection`` in nanoseconds instead of waiting for a
/// timeout, and the dependency gets one probe instead of the full load. Use one breaker per thing that
/// fails as a whole: a provider, a host, a database. Not for errors that are the caller's own fault;
/// classify those as ``Outcome/ignored``.
///
/// The pattern is Michael Nygard's ("Release It!", 2007). What is added here: calls are stamped with the
/// generation they began in, so a slow answer from before an outage cannot end it, nor prolong it.
///
/// There is no timer and no task: transitions happen when somebody calls.
///
/// Cost: a successful ``run(_:)`` of a closed breaker with ``TripRules/consecutiveFailures(_:)`` is two atomic loads, no
/// write, no clock, no allocation. A refusal is two loads, a clock read and a count. Everything else takes one short
/// lock; rules about time read the clock as well. Memory: fixed by the configuration.
public final class Breaker: Sendable {
    public let name: String
    public let configuration: Configuration
    /// One event for every real transition, in order, delivered outside the lock.
    public let events: EventChannel<Event>

    let outcomeOfError: @Sendable (any Error) -> Outcome
    private let time: TimeSource
    /// Whether the start of a call matters, to a rule or to the counters.
    private let notesStart: Bool
    private let needsEnd: Bool
    private let countsCalls: Bool
    private let releasesTouchNothing: Bool

    /// Published under the lock; see ``StateWord``.
    private let word: Atomic<UInt64>
    /// End of the open time in monotonic nanoseconds, stored before the word that says open.
    private let openUntil = Atomic<Int64>(.max)
    private let refusals = Atomic<UInt64>(0)
    /// Only counted when every call is.
    private let admissions = Atomic<UInt64>(0)
    private let machine: Mutex<BreakerMachine>

    /// - Parameters:
    ///   - name: for messages and metric labels.
    ///   - configuration: a preset, or one that was checked when it was made.
    ///   - time: the clocks; only the monotonic one decides.
    ///   - outcomeOfError: what an error thrown out of ``run(_:)`` says about the dependency. Not asked about
    ///     cancellation. See ``outcome(ofError:)`` for the default.
    public convenience init(
        _ name: String,
        _ configuration: Configuration,
        time: TimeSource = .system,
        outcomeOfError: @escaping @Sendable (any Error) -> Outcome = Breaker.outcome(ofError:)
    ) {
        self.init(name, configuration, time: time, events: EventChannel(), outcomeOfError: outcomeOfError)
    }

    init(
        _ name: String,
        _ configuration: Configuration,
        time: TimeSource,
        events: EventChannel<Event>,
        outcomeOfError: @escaping @Sendable (any Error) -> Outcome
    ) {
        self.name = name
        self.configuration = configuration
        self.time = time
        self.events = events
        self.outcomeOfError = outcomeOfError
        needsEnd = configuration.trip.needsEnd
        countsCalls = configuration.metering == .everyCall
        notesStart = configuration.hangThreshold != nil || configuration.trip.needsStart || countsCalls
        releasesTouchNothing = !countsCalls && configuration.trip.overdue == nil
        var generator = SystemRandomNumberGenerator()
        let machine = BreakerMachine(configuration, seed: generator.next())
        word = Atomic(machine.word.rawValue)
        self.machine = Mutex(machine)
    }
}

// MARK: - Calls

extension Breaker {
    /// Asks to make a call, and hands over what settles it.
    ///
    /// For work that is not one closure, such as a stream; otherwise use ``run(_:)``. When the permit is
    /// dropped without being settled, the call counts as ``Outcome/ignored``.
    ///
    /// - Throws: ``Rejection``, without allocating.
    /// - Complexity: O(1); closed: one atomic load and one retain.
    public func acquire() throws(Rejection) -> Permit {
        Permit(breaker: self, admission: try admit())
    }

    @usableFromInline
    func admit() throws(Rejection) -> Admission {
        let word = StateWord(rawValue: word.load(ordering: .acquiring))
        if word.admitsFreely && !notesStart { return Admission(generation: word.generation) }
        return try admitOrRefuse(word)
    }

    @inline(never)
    private func admitOrRefuse(_ word: StateWord) throws(Rejection) -> Admission {
        let now = time.monotonic
        if word.admitsFreely {
            countAdmission()
            return Admission(generation: word.generation, startedAt: now)
        }
        if word.isOpen {
            // Stored before the word, so it belongs to this open state or to a later one.
            let until = MonotonicTime(nanoseconds: openUntil.load(ordering: .acquiring))
            if now < until { throw rejection(.open, until: until, now: now) }
        }
        switch decide({ $0.admit(at: now) }) {
        case .admitted(let admission):
            countAdmission()
            return admission
        case .refused(let reason, let until): throw rejection(reason, until: until, now: now)
        }
    }

    @inline(__always)
    private func countAdmission() {
        if countsCalls { admissions.wrappingAdd(1, ordering: .relaxed) }
    }

    @inline(__always)
    private func rejection(_ reason: Rejection.Reason, until: MonotonicTime?, now: MonotonicTime) -> Rejection {
        refusals.wrappingAdd(1, ordering: .relaxed)
        return Rejection(breaker: name, reason: reason, until: until, now: now)
    }

    @usableFromInline
    func succeed(_ admission: Admission) {
        // Closed without a failure, in the generation of the call: nothing to change.
        if word.load(ordering: .acquiring) == StateWord.idle(generation: admission.generation).rawValue { return }
        // Shares only: one lock, and nothing that is published changes.
        let now = needsEnd ? time.monotonic : .distantPast
        if machine.withLock({ $0.noteSuccess(admission, at: now) }) { return }
        record(admission, .success)
    }

    @usableFromInline
    func settle(_ admission: Admission, _ outcome: Outcome) {
        switch outcome {
        case .success: succeed(admission)
        case .failure: record(admission, outcome)
        case .ignored: release(admission, outcome)
        case .cancelled: configuration.hangThreshold != nil ? record(admission, outcome) : release(admission, outcome)
        }
    }

    /// Ends a call that says nothing: only a probe has something to hand back.
    private func release(_ admission: Admission, _ outcome: Outcome) {
        let word = StateWord(rawValue: word.load(ordering: .acquiring))
        if releasesTouchNothing && !admission.isProbe && word.generation == admission.generation { return }
        record(admission, outcome)
    }

    @inline(never)
    private func record(_ admission: Admission, _ outcome: Outcome) {
        let now = time.monotonic
        decide { $0.settle(admission, outcome, at: now) }
    }

    /// Lock, decide, publish, unlock, announce.
    private func decide<Decision: Sendable>(_ step: (inout BreakerMachine) -> Decision) -> Decision {
        let decision = machine.withLock { machine in
            let decision = step(&machine)
            publish(&machine)
            return decision
        }
        events.deliver()
        return decision
    }

    private func publish(_ machine: inout BreakerMachine) {
        if case .open(let opening) = machine.phase {
            openUntil.store(opening.until.nanoseconds, ordering: .releasing)
        }
        word.store(machine.word.rawValue, ordering: .releasing)
        for transition in machine.takeTransitions() {
            events.record(Event(transition, of: name, at: time.timestamp))
        }
    }
}

// MARK: - Operators

extension Breaker {
    /// Closes the breaker and forgets all failures; calls in flight become late, operator states end.
    public func reset() {
        decide { $0.reset() }
    }

    /// Refuses every call, whatever the dependency does: for maintenance, or to stop spending.
    ///
    /// - Parameters:
    ///   - reason: shown by ``explain()``.
    ///   - duration: when it ends by itself; nil until ``release()`` or ``reset()``. Zero or less ends at once.
    public func isolate(reason: String, for duration: Duration? = nil) {
        let until = duration.map { time.monotonic.advanced(by: $0) }
        decide { $0.isolate(reason: reason, until: until) }
    }

    /// Lets every call pass and records nothing: for when the breaker itself is the problem.
    public func disable() {
        decide { $0.disable() }
    }

    /// Lets every call pass but goes on recording, and says in an event once an episode that it would have opened.
    ///
    /// For trying out a configuration on real traffic. An episode lasts at least as long as the breaker would have
    /// been open, and ends with the first call after that which meets no rule.
    public func measureOnly() {
        decide { $0.measureOnly() }
    }

    /// Ends ``isolate(reason:for:)``, ``disable()`` or ``measureOnly()``; the breaker is closed.
    ///
    /// - Returns: false if none was in force, and nothing changed.
    @discardableResult
    public func release() -> Bool {
        decide { $0.release() }
    }
}

// MARK: - Reading

extension Breaker {
    /// What the next caller would meet: an open breaker whose time is over reads half-open.
    ///
    /// Reading changes nothing.
    public var state: State {
        if StateWord(rawValue: word.load(ordering: .acquiring)).isClosed { return .closed }
        return preview().machine.phase.state
    }

    /// Everything there is to show, taken at one moment.
    ///
    /// Reading changes nothing.
    public var snapshot: Snapshot {
        let (machine, generation, now) = preview()
        var totals = machine.totals
        totals.refusals = refusals.load(ordering: .relaxed)
        if countsCalls {
            totals.calls = machine.calls
            totals.calls?.admitted = admissions.load(ordering: .relaxed)
        }
        return Snapshot(
            name: name,
            state: machine.phase.state,
            generation: generation,
            failures: machine.streak.count,
            probesInFlight: machine.phase.probes,
            retryAfter: machine.refusedUntil.map { max(.zero, $0.duration(since: now)) },
            lastFailure: machine.streak.last,
            rates: machine.meters.map(\.rate),
            callsInFlight: configuration.trip.overdue == nil ? nil : machine.inFlight.count,
            rampPercent: machine.rampStage(at: now)?.percent,
            totals: totals
        )
    }

    /// Why the breaker is in its state, and what happens next, in one English sentence for operators.
    public func explain() -> String {
        let (machine, _, now) = preview()
        return Explanation(name: name, machine: machine, now: now).description
    }

    /// Whether it is closed without a failure, so that forgetting it loses nothing.
    var isIdle: Bool {
        if StateWord(rawValue: word.load(ordering: .acquiring)).isIdle { return true }
        return configuration.recordsSuccesses && machine.withLock { $0.isIdle(at: time.monotonic) }
    }

    var timestamp: Timestamp { time.timestamp }

    func restore(_ state: SavedState, age: Duration) -> Bool {
        decide { $0.restore(state, age: age, at: time.monotonic) }
    }

    /// A copy of the machine, moved on to now, and the generation it really is in.
    func preview() -> (machine: BreakerMachine, generation: UInt64, now: MonotonicTime) {
        let now = time.monotonic
        var machine = machine.withLock { $0 }
        let generation = machine.generation
        machine.advance(to: now)
        machine.forgetOldCalls(at: now)
        return (machine, generation, now)
    }
}

extension Breaker.Event {
    init(_ transition: BreakerMachine.Transition, of breaker: String, at timestamp: Timestamp) {
        self.init(
            breaker: breaker, from: transition.from, to: transition.to, cause: transition.cause,
            generation: transition.generation, openFor: transition.openFor, failure: transition.failure,
            isAlert: transition.isAlert, timestamp: timestamp
        )
    }
}
