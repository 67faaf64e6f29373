/// Whether the characters that open a direction are closed, in order (UAX #9, BD8 to BD11).
enum DirectionalBalance {
    static func isBalanced(_ text: String) -> Bool {
        var open: [UInt32] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x202A, 0x202B, 0x202D, 0x202E: open.append(0x202C)
            case 0x2066...0x2068: open.append(0x2069)
            case 0x202C, 0x2069:
                guard open.popLast() == scalar.value else { return false }
            default: break
            }
        }
        return open.isEmpty
    }
}
