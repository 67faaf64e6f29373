/// Whether an error goes to the error-reporting service.
public enum ReportingPolicy: String, Sendable, Hashable, CaseIterable {
    /// The client's doing: a wrong password is not an incident.
    case never
    /// Expected to come in floods when it comes: a dependency that is down.
    case sampled
    /// A defect: somebody must look at each one.
    case always
}
