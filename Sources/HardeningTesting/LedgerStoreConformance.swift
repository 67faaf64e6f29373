public import CostTracker
import HardeningCore

/// What every `LedgerStore` must do, to certify a store of your own.
///
/// ```swift
/// let violations = try await LedgerStoreConformance.violations { MyLedgerStore() }
/// #expect(violations.isEmpty)
/// ```
/// Each promise gets a fresh store, used through a `CostLedger` on a clock that only the suite moves. Of a store that is
/// `LedgerAuditing`, the journal is replayed after each promise too; one that is `LedgerAdjusting` must keep the promises about
/// adjustments. It needs no test framework and takes a few thousand steps.
public struct LedgerStoreConformance {
    /// - Parameters:
    ///   - seed: of the random mixes; the same seed makes the same choices.
    ///   - makeStore: makes an empty store with room for 1,000 open holds and 1,000 accounts that remembers 1,000 finished holds.
    /// - Returns: the promises that were broken, empty when it conforms.
    /// - Throws: what `makeStore` throws.
    public static func violations(
        seed: UInt64 = 1, of makeStore: () async throws -> any LedgerStore
    ) async throws -> [ConformanceViolation] {
        var violations: [ConformanceViolation] = []
        let promises =
            admissionPromises + lifecyclePromises + postingPromises + adjustmentPromises + correctionPromises + concurrencyPromises
        for promise in promises {
            let run = try Run(store: try await makeStore(), seed: seed)
            do {
                try await promise.check(run)
                try await run.audit()
            } catch let broken as Broken {
                violations.append(ConformanceViolation(promise: promise.sentence, observation: broken.observation))
            } catch {
                violations.append(ConformanceViolation(promise: promise.sentence, observation: "an unexpected error: \(error)"))
            }
        }
        return violations
    }

    struct Promise: Sendable {
        let sentence: String
        let check: @Sendable (Run) async throws -> Void

        init(_ sentence: String, _ check: @escaping @Sendable (Run) async throws -> Void) {
            self.sentence = sentence
            self.check = check
        }
    }

    /// The first thing that was not as promised.
    struct Broken: Error {
        let observation: String
    }

    /// One store under test.
    ///
    /// The model `m` costs one pico-dollar per input token, `n` ten per output token too, so amounts are counts.
    struct Run: Sendable {
        let store: any LedgerStore
        let time = ManualTime()
        let seed: UInt64
        private let prices: PriceTable

        init(store: any LedgerStore, seed: UInt64) throws {
            self.store = store
            self.seed = seed
            prices = try PriceTable(csv: "provider,model,input,output\np,m,0.000001,0.000001\np,n,0.000001,0.00001\n".utf8)
        }

        func ledger(_ budgets: [Budget] = []) throws -> CostLedger {
            try CostLedger(prices: prices, budgets: budgets, store: store, time: .manual(time))
        }

        func expect(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
            if !condition { throw Broken(observation: otherwise()) }
        }

        /// Expects a call to fail with a code.
        func expect(_ code: LedgerError.Code, from what: String, _ body: () async throws -> Void) async throws {
            do {
                try await body()
            } catch let error as LedgerError {
                guard error.code == code else { throw Broken(observation: "\(what) threw \(error), not \(code.rawValue)") }
                return
            }
            throw Broken(observation: "\(what) succeeded instead of throwing \(code.rawValue)")
        }

        func expect(
            _ ledger: CostLedger, session: String = "s", used: Int64, held: Int64 = 0, suspense: Int64 = 0, after what: String
        ) async throws {
            let balance = try await ledger.summary(session: session)
            let seen = [balance.used, balance.held, balance.suspense].map(\.picoUSD)
            try expect(
                seen == [used, held, suspense],
                "after \(what), used, held, suspense are \(seen) and not \([used, held, suspense])")
        }

        func audit() async throws {
            guard let store = store as? any LedgerAuditing else { return }
            do {
                let report = try await store.verify()
                try expect(report.isSound, "the journal does not verify: \(report.fault.map(String.init(describing:)) ?? "")")
            } catch let error as LedgerError where error.code == .auditUnavailable {
                return  // switched off
            }
        }
    }
}

extension CostLedger {
    /// Holds `tokens` pico-dollars for a session.
    func hold(_ tokens: Int64, _ key: String, session: String? = "s", user: String? = nil) async throws(LedgerError) -> Hold {
        try await reserve(CostScope(session: session, user: user), model: "m", input: .atMost(tokens), maxOutput: 0, key: key)
    }
}

extension Budget {
    static func session(_ picoUSD: Int64) -> Budget { .session(Money(picoUSD: picoUSD)) }
    static func daily(_ picoUSD: Int64) -> Budget { .daily(Money(picoUSD: picoUSD)) }
}
