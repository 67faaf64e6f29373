/// An error that knows which error led to it.
///
/// Conform your own errors to have their whole chain in the log. The chain never reaches a client.
public protocol CauseProviding: Error {
    var cause: (any Error)? { get }
}
