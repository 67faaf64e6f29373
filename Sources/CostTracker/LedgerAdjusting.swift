public import HardeningCore

/// A store that can correct what it has posted, by further entries.
///
/// Every requirement is one atomic step, as in ``LedgerStore``.
public protocol LedgerAdjusting: LedgerStore {
    /// Posts the difference between what a charge comes to, earlier adjustments included, and what it should.
    ///
    /// The target is absolute, so repeating the call posts nothing, whoever else adjusts meanwhile.
    ///
    /// - Returns: the adjusting entry, or nil when the charge comes to that amount already.
    /// - Throws: ``LedgerError``: `entryNotFound`, `adjustmentInvalid`, `overflow`.
    func adjust(_ command: AdjustCommand) async throws(LedgerError) -> LedgerEntry?

    /// Posts a difference that belongs to no single charge.
    ///
    /// A credit goes to those of the accounts that are still kept.
    ///
    /// - Throws: ``LedgerError``: `adjustmentInvalid`, `keyConflict`, `ledgerFull`, `overflow`.
    func correct(_ command: CorrectionCommand) async throws(LedgerError) -> LedgerEntry

    /// What a charge comes to now; nil when it is not known (any more).
    func standing(of entry: EntryID) async throws(LedgerError) -> ChargeStanding?
}

/// What a charge comes to with its adjustments, refunds left aside.
public struct ChargeStanding: Sendable, Equatable {
    public var amount: Money
    /// The list price that the amount follows from: that of the charge, or of its last adjustment.
    public var price: ModelPrice

    public init(amount: Money, price: ModelPrice) {
        self.amount = amount
        self.price = price
    }
}

/// What a charge should come to.
public struct AdjustCommand: Sendable {
    public var entry: EntryID
    /// At least zero.
    public var target: Money
    /// The list price that the target follows from.
    public var price: ModelPrice
    public var now: Timestamp

    public init(entry: EntryID, target: Money, price: ModelPrice, now: Timestamp) {
        self.entry = entry
        self.target = target
        self.price = price
        self.now = now
    }

    /// What the adjusting entry stands for, for stores that note it with the entry.
    public var digest: Fingerprint { PayloadDigest.adjust(entry: entry, target: target) }
}

/// A difference that belongs to no single charge.
public struct CorrectionCommand: Sendable {
    public var key: String
    /// Not zero: a debit above, a credit below.
    public var amount: Money
    public var accounts: AccountSelection
    /// When the money was spent: what decides the day and the month.
    public var spentAt: Timestamp
    public var now: Timestamp

    public init(key: String, amount: Money, accounts: AccountSelection, spentAt: Timestamp, now: Timestamp) {
        self.key = key
        self.amount = amount
        self.accounts = accounts
        self.spentAt = spentAt
        self.now = now
    }

    /// Of everything in the call that the caller chose, for stores that do not keep the call itself.
    public var digest: Fingerprint {
        let request = accounts.request
        return PayloadDigest.correct(
            scope: request.scope, model: request.model, terms: request.terms, amount: amount, spentAt: spentAt)
    }
}
