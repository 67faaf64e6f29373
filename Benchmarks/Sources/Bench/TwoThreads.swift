#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Runs the same work on two threads of the system, told apart by number, and waits for both.
func onTwoThreads(_ work: @Sendable @escaping (Int) -> Void) {
    final class Box {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
    var threads: [pthread_t] = []
    for number in 0..<2 {
        let box = Unmanaged.passRetained(Box { work(number) })
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        pthread_create(
            &thread, nil,
            { pointer in
                #if canImport(Darwin)
                    let opaque: UnsafeMutableRawPointer? = pointer
                #else
                    let opaque = pointer
                #endif
                if let opaque { Unmanaged<Box>.fromOpaque(opaque).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        #if canImport(Darwin)
            if let thread { threads.append(thread) }
        #else
            threads.append(thread)
        #endif
    }
    for thread in threads { pthread_join(thread, nil) }
}
