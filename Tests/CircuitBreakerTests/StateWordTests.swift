import CircuitBreaker
import HardeningCore
import Testing

@Suite struct StateWordTests {
    static let lastGeneration: UInt64 = (1 << 40) - 1

    @Test(arguments: Breaker.State.allCases, [0, 1, lastGeneration])
    func fieldsDoNotRunIntoEachOther(state: Breaker.State, generation: UInt64) {
        for failures in [0, 1, 4095] {
            for probes in [0, 1, 255] {
                let word = StateWord(state: state, generation: generation, failures: failures, probes: probes)
                #expect(word.generation == generation)
                #expect(word.failures == failures)
                #expect(word.probes == probes)
                #expect(word.isClosed == (state == .closed))
                #expect(word.isOpen == (state == .open))
                #expect(word.admitsFreely == (state == .closed || state == .disabled))
                #expect(word.isIdle == (state == .closed && failures == 0 && probes == 0))
            }
        }
    }

    @Test func countsThatDoNotFitSaturate() {
        let word = StateWord(state: .open, generation: .max, failures: .max, probes: .max)
        #expect(word == StateWord(state: .open, generation: Self.lastGeneration, failures: 4095, probes: 255))
        #expect(
            StateWord(state: .open, generation: 0, failures: .min, probes: .min)
                == StateWord(state: .open, generation: 0, failures: 0, probes: 0)
        )
    }

    @Test func theGenerationWrapsWithoutLosingAPermit() throws {
        let now = MonotonicTime(nanoseconds: 0)
        var machine = BreakerMachine(.preset(failures: 1, openFor: .seconds(1)), seed: 0, generation: Self.lastGeneration)
        guard case .admitted(let call) = machine.admit(at: now) else { throw Boom() }
        machine.settle(call, .failure(), at: now)
        #expect(machine.generation == 0)
        #expect(machine.phase.state == .open)
        machine.settle(call, .success, at: now)
        #expect(machine.totals.late == 1)
        let later = now.advanced(by: .seconds(1))
        guard case .admitted(let probe) = machine.admit(at: later) else { throw Boom() }
        machine.settle(probe, .success, at: later)
        #expect(machine.phase == .closed)
        #expect(machine.takeTransitions().map(\.generation) == [0, 1, 2])
    }

    /// A probe from 2⁴⁰ transitions ago meets a half-open breaker with its own generation number.
    @Test func aProbeOfAnAliasedGenerationIsNotMistaken() throws {
        let now = MonotonicTime(nanoseconds: 0)
        let later = now.advanced(by: .seconds(1))
        func recovering(lost: Int) throws -> (BreakerMachine, Admission) {
            var machine = BreakerMachine(.preset(failures: 1, openFor: .seconds(1)), seed: 0)
            guard case .admitted(let call) = machine.admit(at: now) else { throw Boom() }
            machine.settle(call, .failure(), at: now)
            for _ in 0..<lost {
                guard case .admitted(let probe) = machine.admit(at: later) else { throw Boom() }
                machine.settle(probe, .ignored, at: later)
            }
            guard case .admitted(let probe) = machine.admit(at: later) else { throw Boom() }
            return (machine, probe)
        }
        let (_, ancient) = try recovering(lost: 0)
        var (machine, current) = try recovering(lost: 1)
        #expect(ancient.generation == current.generation)
        machine.settle(ancient, .failure(), at: later)
        #expect(machine.totals.late == 1)
        #expect(machine.phase.probes == 1)
        machine.settle(current, .success, at: later)
        #expect(machine.phase == .closed)
    }
}
