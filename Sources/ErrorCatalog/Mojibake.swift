/// Finds UTF-8 that was read as Windows-1252 (or Latin-1) or as Windows-1256 and saved again.
///
/// A character is mapped back to the byte it stood for; where the bytes form UTF-8 sequences that
/// nobody writes by chance, the text was broken. From Windows-1252 one sequence is enough: `Ø±`,
/// `Ã©`, `â€™`. In Windows-1256 the broken text is itself Arabic (`ط§ظ„`), and one pair can occur in good
/// text before a comma or in Persian, so two in a row are asked for.
enum Mojibake {
    /// The first broken piece, or nil.
    static func evidence(in text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar.value == 0xFFFD { return "\u{FFFD}" }
            if let length = sequence(scalars, at: index, windows1252Byte) { return string(scalars[index..<(index + length)]) }
            if let first = arabicPair(scalars, at: index), arabicPair(scalars, at: index + first) != nil {
                return string(scalars[index..<(index + 4)])
            }
        }
        return nil
    }

    /// Length of a UTF-8 sequence of Latin-1 letters, Arabic letters or general punctuation.
    private static func sequence(_ scalars: [Unicode.Scalar], at index: Int, _ byte: (Unicode.Scalar) -> UInt8?) -> Int? {
        func continuation(_ offset: Int) -> UInt8? {
            guard index + offset < scalars.count, let byte = byte(scalars[index + offset]), byte & 0xC0 == 0x80 else { return nil }
            return byte
        }
        switch byte(scalars[index]) {
        case 0xC2, 0xC3, 0xD8, 0xD9, 0xDA, 0xDB: return continuation(1) != nil ? 2 : nil
        case 0xE2:
            guard let second = continuation(1), second == 0x80 || second == 0x81, continuation(2) != nil else { return nil }
            return 3
        default: return nil
        }
    }

    private static func arabicPair(_ scalars: [Unicode.Scalar], at index: Int) -> Int? {
        guard index + 1 < scalars.count, let lead = windows1256Byte(scalars[index]), (0xD8...0xDB).contains(lead),
            let next = windows1256Byte(scalars[index + 1]), next & 0xC0 == 0x80
        else { return nil }
        return 2
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    /// Latin-1, and what Windows-1252 puts into 0x80…0x9F.
    private static func windows1252Byte(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.value <= 0xFF { return UInt8(scalar.value) }
        return windows1252.firstIndex(of: scalar.value).map { UInt8(0x80 + $0) }
    }

    private static func windows1256Byte(_ scalar: Unicode.Scalar) -> UInt8? {
        if let index = windows1256.firstIndex(of: scalar.value) { return UInt8(0x80 + index) }
        return scalar.value >= 0xA0 && scalar.value <= 0xBF ? UInt8(scalar.value) : nil
    }

    /// 0x80…0x9F (WHATWG Encoding Standard, index-windows-1252); 0 where the byte has no character of its own.
    private static let windows1252: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
    ]

    /// 0x80…0xDB of index-windows-1256 of the same standard; 0 where Latin-1 has the same character.
    private static let windows1256: [UInt32] = [
        0x20AC, 0x067E, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0679, 0x2039, 0x0152, 0x0686, 0x0698, 0x0688,
        0x06AF, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x06A9, 0x2122, 0x0691, 0x203A, 0x0153, 0x200C, 0x200D, 0x06BA,
        0, 0x060C, 0, 0, 0, 0, 0, 0, 0, 0, 0x06BE, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x061B, 0, 0, 0, 0, 0x061F,
        0x06C1, 0x0621, 0x0622, 0x0623, 0x0624, 0x0625, 0x0626, 0x0627, 0x0628, 0x0629, 0x062A, 0x062B, 0x062C, 0x062D, 0x062E, 0x062F,
        0x0630, 0x0631, 0x0632, 0x0633, 0x0634, 0x0635, 0x0636, 0, 0x0637, 0x0638, 0x0639, 0x063A,
    ]
}
