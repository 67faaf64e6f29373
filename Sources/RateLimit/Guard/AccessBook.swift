import HardeningCore

/// The lines of an access list and the tables that find them.
struct AccessBook: Sendable {
    static let maximumUserAgents = 256
    static let maximumReasonBytes = 256

    private struct Line: Hashable {
        let effect: AccessEntry.Effect
        let subject: AccessEntry.Subject
    }

    /// User agent texts of one effect.
    private struct Agents {
        var matcher = TextMatcher([])
        var ids: [UInt64] = []
    }

    enum Standing {
        case unlisted
        case allowed
        case blocked(AccessEntry)
    }

    private let capacity: Int
    private var entries: [UInt64: AccessEntry] = [:]
    private var ids: [Line: UInt64] = [:]
    private var addresses = CIDRTable()
    private var users: [String: CIDRTable.Marks] = [:]
    private var allowedAgents = Agents()
    private var blockedAgents = Agents()
    private var lastID: UInt64 = 0
    private var automaticCount = 0
    /// No entry for a user agent expires earlier.
    private var firstAgentExpiry = Int64.max
    /// Rules do not look for expired entries before this moment.
    private var nextPurge = Int64.min

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var isEmpty: Bool { entries.isEmpty }

    func list(now: Int64) -> [AccessEntry] {
        entries.values.filter { Self.expiry(of: $0) > now }.sorted { $0.id < $1.id }
    }

    private static func expiry(of entry: AccessEntry) -> Int64 { entry.expiry?.nanoseconds ?? .max }
}

// MARK: - Looking up

extension AccessBook {
    /// Whether something allows the visitor; if not, which of the blocks that concern it lasts longest.
    func standing(_ address: IPAddress?, _ user: String?, _ userAgent: String?, now: Int64) -> Standing {
        var isAllowed = false
        var block: CIDRTable.Mark?
        func consider(_ marks: CIDRTable.Marks) {
            if marks.allow.map({ $0.expiry > now }) == true { isAllowed = true }
            if let mark = marks.block, mark.expiry > now, mark.expiry > (block?.expiry ?? .min) { block = mark }
        }
        if let address { addresses.forEachBlock(containing: address, consider) }
        if let user, !users.isEmpty, let marks = users[user] { consider(marks) }
        if let userAgent, !isAllowed {
            if let entry = match(userAgent, in: allowedAgents) {
                consider(.init(allow: .init(id: entry.id, expiry: Self.expiry(of: entry))))
            }
            if let entry = match(userAgent, in: blockedAgents) {
                consider(.init(block: .init(id: entry.id, expiry: Self.expiry(of: entry))))
            }
        }
        if isAllowed { return .allowed }
        guard let block, let entry = entries[block.id] else { return .unlisted }
        return .blocked(entry)
    }

    private func match(_ userAgent: String, in agents: Agents) -> AccessEntry? {
        guard !agents.ids.isEmpty, let index = agents.matcher.firstMatch(in: userAgent), index < agents.ids.count else { return nil }
        return entries[agents.ids[index]]
    }
}

// MARK: - Changing

extension AccessBook {
    /// Adds an entry, or replaces the one for the same effect and subject.
    ///
    /// A rule never shortens or takes over an operator's entry, nor another rule's.
    mutating func add(
        _ effect: AccessEntry.Effect, _ subject: AccessEntry.Subject, reason: String, expiry: MonotonicTime?, isAutomatic: Bool, now: Int64
    ) throws(AbuseRuleError) -> AccessEntry {
        let subject = try subject.validated()
        try AbuseRuleError.check(reason, is: "reason", atMost: Self.maximumReasonBytes)
        makeRoom(isAutomatic: isAutomatic, now: now)
        let old = ids[Line(effect: effect, subject: subject)].flatMap { entries[$0] }
        if let old, isAutomatic, !old.isAutomatic || Self.expiry(of: old) >= expiry?.nanoseconds ?? .max { return old }
        try checkRoom(effect, subject, replacing: old, isAutomatic: isAutomatic)
        if let old { remove(old) }
        lastID += 1
        let entry = AccessEntry(
            id: lastID, effect: effect, subject: subject, reason: reason, expiry: expiry, isAutomatic: isAutomatic)
        entries[entry.id] = entry
        ids[Line(effect: effect, subject: subject)] = entry.id
        if isAutomatic { automaticCount += 1 }
        mark(entry, CIDRTable.Mark(id: entry.id, expiry: Self.expiry(of: entry)))
        return entry
    }

    /// Rules and operators have their own room, so that a flood of blocks shuts no operator out.
    private func checkRoom(
        _ effect: AccessEntry.Effect, _ subject: AccessEntry.Subject, replacing old: AccessEntry?, isAutomatic: Bool
    ) throws(AbuseRuleError) {
        let used = isAutomatic ? automaticCount : entries.count - automaticCount
        if used >= capacity && old?.isAutomatic != isAutomatic {
            throw AbuseRuleError(.listFull, "The list has room for \(capacity) entries.")
        }
        guard case .userAgent(let text) = subject, old == nil else { return }
        let texts = entries.values.compactMap { entry -> Int? in
            if case .userAgent(let text) = entry.subject, entry.effect == effect { text.utf8.count } else { nil }
        }
        if texts.count >= Self.maximumUserAgents || texts.reduce(text.utf8.count, +) > TextMatcher.maximumTotalBytes {
            throw AbuseRuleError(
                .listFull, "The list has room for \(Self.maximumUserAgents) user agents of \(TextMatcher.maximumTotalBytes) bytes.")
        }
    }

    mutating func lift(_ id: UInt64) -> AccessEntry? {
        guard let entry = entries[id] else { return nil }
        remove(entry)
        return entry
    }

    mutating func lift(_ effect: AccessEntry.Effect, _ subject: AccessEntry.Subject) -> AccessEntry? {
        guard let subject = try? subject.validated(), let id = ids[Line(effect: effect, subject: subject)] else { return nil }
        return lift(id)
    }

    private mutating func remove(_ entry: AccessEntry) {
        entries[entry.id] = nil
        ids[Line(effect: entry.effect, subject: entry.subject)] = nil
        if entry.isAutomatic { automaticCount -= 1 }
        mark(entry, nil)
    }

    /// Removes what has expired when there is no room otherwise.
    ///
    /// That looks at every entry, so a flood of automatic blocks may ask for it once a second.
    private mutating func makeRoom(isAutomatic: Bool, now: Int64) {
        if now >= firstAgentExpiry { removeExpiredAgents(now: now) }
        let used = isAutomatic ? automaticCount : entries.count - automaticCount
        guard used >= capacity, !isAutomatic || now >= nextPurge else { return }
        nextPurge = now.addingSaturating(1_000_000_000)
        for entry in entries.values where Self.expiry(of: entry) <= now { remove(entry) }
    }

    private mutating func removeExpiredAgents(now: Int64) {
        for entry in agentEntries where Self.expiry(of: entry) <= now { remove(entry) }
    }

    private var agentEntries: [AccessEntry] {
        (allowedAgents.ids + blockedAgents.ids).compactMap { entries[$0] }
    }

    private mutating func mark(_ entry: AccessEntry, _ mark: CIDRTable.Mark?) {
        switch (entry.subject, entry.effect) {
        case (.addresses(let block), let effect): addresses.set(effect, mark, on: block)
        case (.user(let id), let effect):
            var marks = users[id] ?? CIDRTable.Marks()
            if effect == .allow { marks.allow = mark } else { marks.block = mark }
            users[id] = marks.allow == nil && marks.block == nil ? nil : marks
        case (.userAgent, .allow): setAgents(.allow, \.allowedAgents)
        case (.userAgent, .block): setAgents(.block, \.blockedAgents)
        }
    }

    /// Those that last longest come first: the first match is the one that decides, and what has expired hides nothing.
    private mutating func setAgents(_ effect: AccessEntry.Effect, _ path: WritableKeyPath<AccessBook, Agents>) {
        let listed = entries.values.compactMap { entry -> (text: String, entry: AccessEntry)? in
            if case .userAgent(let text) = entry.subject, entry.effect == effect { (text, entry) } else { nil }
        }
        .sorted { (Self.expiry(of: $0.entry), $1.entry.id) > (Self.expiry(of: $1.entry), $0.entry.id) }
        self[keyPath: path] = Agents(matcher: TextMatcher(listed.map(\.text)), ids: listed.map(\.entry.id))
        firstAgentExpiry = agentEntries.map(Self.expiry(of:)).min() ?? .max
    }
}
