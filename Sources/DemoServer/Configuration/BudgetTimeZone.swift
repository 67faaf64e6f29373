import CostTracker
import Foundation

/// The time zone in which the days and months of budgets begin, from the system's time zone database.
enum BudgetTimeZone {
    private static let databases = ["/usr/share/zoneinfo", "/var/db/timezone/zoneinfo"]

    /// - Parameter name: such as `Africa/Cairo`; `UTC` needs no database.
    /// - Returns: nil when the name is malformed or not in the database.
    static func calendar(named name: String) -> BudgetCalendar? {
        if name == "UTC" { return .utc }
        guard isZoneName(name) else { return nil }
        for database in databases {
            guard let bytes = try? Data(contentsOf: URL(filePath: "\(database)/\(name)")) else { continue }
            return try? BudgetCalendar(zone: name, tzif: bytes)
        }
        return nil
    }

    /// Letters, digits and `_ + - /` in parts that are not empty: never a way out of the database.
    private static func isZoneName(_ name: String) -> Bool {
        guard name.utf8.count <= 64 else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0)) }
        }
    }
}
