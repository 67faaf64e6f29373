import HardeningCore
import Synchronization

extension RevocationList {
    /// Whether a sign-in of that time has been revoked: by its session, its subject or everything.
    ///
    /// Sessions obey the watermarks that tokens obey, so that a sign-in which raced a logout-all, or whose
    /// removal from a store failed, cannot be refreshed.
    func isRevoked(session: String, subject: String, createdAt: Timestamp, _ fingerprints: IssuerFingerprints) -> Bool {
        let created = createdAt.secondsSince1970
        if created <= everythingThrough.load(ordering: .acquiring) { return true }
        let inUse = kindsInUse.load(ordering: .acquiring)
        guard inUse != 0 else { return false }
        if let through = watermark(.subject, fingerprints.subject(subject), inUse), created <= through { return true }
        return watermark(.session, fingerprints.session(session), inUse).map { created <= $0 } ?? false
    }
}
