/// One request over a connection of its own.
enum RawConnection {
    /// Sends `request`, says that nothing follows, and returns all that comes back.
    ///
    /// Blocks its thread: for threads of the test's own, never for a task.
    static func exchange(_ request: [UInt8], port: UInt16) throws(RawSocket.Failure) -> [UInt8] {
        let socket = try RawSocket(port: port)
        // The server may refuse and close before it has read all: what it said by then still counts.
        socket.send(request)
        socket.finishSending()
        return try socket.receiveAll()
    }
}
