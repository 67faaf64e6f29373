import HardeningCore

/// The accounts of one store: a bounded table, found by name or by slot.
struct AccountBook {
    /// An account at a slot, valid while the generation there is the same.
    struct Reference: BitwiseCopyable {
        var slot: UInt32 = 0
        var generation: UInt32 = 0
    }

    /// Everything but the name of an account; one code stands for all scopes of your own.
    struct Kind: BitwiseCopyable {
        let scopeCode: UInt8
        let window: BudgetWindow
        let start: Timestamp

        /// Mixes the hash of a name with what keeps its accounts apart.
        @inline(__always)
        func hash(_ name: UInt64) -> UInt64 {
            let code = UInt64(scopeCode) &* 4 &+ UInt64(window.code)
            return (name ^ UInt64(bitPattern: start.nanosecondsSince1970) &* 0x9e37_79b9_7f4a_7c15) &+ code &* 0xbf58_476d_1ce4_e5b9
        }
    }

    /// Where an account of the current command stands.
    struct Place: BitwiseCopyable {
        /// Its position in the plan.
        let item: Int
        /// −1 while it is not open.
        private(set) var slot: Int
        private(set) var generation: UInt32
        /// 0 when a hint spared computing it.
        let hash: UInt64

        mutating func open(_ slot: Int, generation: UInt32) {
            self.slot = slot
            self.generation = generation
        }
    }

    var states: [AccountState] = []
    /// Where the account at each position of the plan stood last: most requests share the day, the month, the
    /// model, and often more, and then no name is hashed.
    private var hints = [Int](repeating: 0, count: AccountSelection.maximumCount)
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

    // MARK: Finding

    /// Worth computing once for all accounts of a name.
    @inline(__always)
    func hash(of name: String) -> UInt64 { seed.fingerprint(of: name).low }

    /// Whether the account of that name and kind stands open at `slot`.
    ///
    /// - Parameter scope: the kind of scope, looked at only when it is not a built-in one.
    @inline(__always)
    func isOpen(at slot: Int, name: String, kind: Kind, scope: @autoclosure () -> ScopeKind) -> Bool {
        states.withUnsafeBufferPointer { states in
            guard slot < states.count else { return false }
            return states[slot].isOpen && states[slot].account.start == kind.start && states[slot].account.window == kind.window
                && states[slot].account.scope.code == kind.scopeCode && states[slot].isNamed(name)
                && (kind.scopeCode < ScopeKind.namedCode || states[slot].account.scope == scope())
        }
    }

    @inline(__always)
    func find(_ hash: UInt64, name: String, kind: Kind, scope: @autoclosure () -> ScopeKind) -> Int? {
        index.find(hash) { isOpen(at: $0, name: name, kind: kind, scope: scope()) }
    }

    func find(_ account: Account) -> Int? {
        let kind = Kind(scopeCode: account.scope.code, window: account.window, start: account.start)
        return find(kind.hash(hash(of: account.name)), name: account.name, kind: kind, scope: account.scope)
    }

    /// Finds the accounts of a command.
    mutating func locate(_ selection: AccountSelection, into places: inout [Place]) {
        places.removeAll(keepingCapacity: true)
        var hashed: (name: String, hash: UInt64)?
        for item in selection.plan.items.indices {
            guard let name = selection.name(at: item) else { continue }
            let kind = selection.kind(at: item)
            let hint = hints[item]
            if isOpen(at: hint, name: name, kind: kind, scope: selection.plan.scopes[item]) {
                places.append(Place(item: item, slot: hint, generation: states[hint].generation, hash: 0))
                continue
            }
            let nameHash = hashed.flatMap { $0.name == name ? $0.hash : nil } ?? hash(of: name)
            hashed = (name, nameHash)
            let hash = kind.hash(nameHash)
            if let slot = find(hash, name: name, kind: kind, scope: selection.plan.scopes[item]) {
                hints[item] = slot
                places.append(Place(item: item, slot: slot, generation: states[slot].generation, hash: hash))
            } else {
                places.append(Place(item: item, slot: -1, generation: 0, hash: hash))
            }
        }
    }

    /// Changes the accounts of a command.
    ///
    /// - Parameter change: is given the position in the plan and the account.
    /// - Returns: whether one of them may have crossed a level.
    @inline(__always)
    mutating func update(_ places: [Place], _ change: (Int, inout AccountState) -> Void) -> Bool {
        states.withUnsafeMutableBufferPointer { states in
            var mayCross = false
            for place in places {
                change(place.item, &states[place.slot])
                if states[place.slot].mayCrossLevel { mayCross = true }
            }
            return mayCross
        }
    }

    /// Changes the accounts of a hold.
    ///
    /// - Returns: whether one of them may have crossed a level.
    @inline(__always)
    mutating func update(_ references: ArraySlice<Reference>, _ change: (inout AccountState) -> Void) -> Bool {
        states.withUnsafeMutableBufferPointer { states in
            references.withUnsafeBufferPointer { references in
                var mayCross = false
                for reference in references {
                    let slot = Int(reference.slot)
                    change(&states[slot])
                    if states[slot].mayCrossLevel { mayCross = true }
                }
                return mayCross
            }
        }
    }

    func isCurrent(_ reference: Reference) -> Bool {
        let slot = Int(reference.slot)
        return states[slot].isOpen && states[slot].generation == reference.generation
    }

    // MARK: Opening and forgetting

    /// Opens an account that is not in the table.
    ///
    /// - Returns: nil when the table is full of accounts that must not be forgotten.
    mutating func open(_ account: Account, hash: UInt64, windowEnd: Timestamp, now: Timestamp) -> Int? {
        if index.count >= capacity { forget(now: now) }
        guard index.count < capacity else { return nil }
        var state = AccountState(account: account, hash: hash, windowEnd: windowEnd, now: now)
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
