/// The few things a journal asks of a file, so that tests can make one that crashes.
///
/// Used by one thread at a time.
package protocol JournalFile: Sendable {
    func byteCount() throws(JournalError) -> Int
    /// Fewer than `count` bytes only at the end.
    func read(at offset: Int, count: Int) throws(JournalError) -> [UInt8]
    /// Adds at the end; durable only after ``sync()``.
    func append(_ bytes: [UInt8]) throws(JournalError)
    func sync() throws(JournalError)
    func truncate(to byteCount: Int) throws(JournalError)
    /// Gives the file up for others to open; nothing may follow.
    func close()
    /// Puts what `write` hands over in the place of everything, durably and in one step: after a crash there
    /// is the old content or the new, never a part.
    func replace(_ write: (_ append: ([UInt8]) throws(JournalError) -> Void) throws(JournalError) -> Void) throws(JournalError)
}
