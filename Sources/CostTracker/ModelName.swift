import HardeningCore

/// What the names of models have in common across providers: a base name and a snapshot.
enum ModelName {
    static func withoutLatest(_ name: String) -> String {
        name.hasSuffix("-latest") ? String(name.dropLast("-latest".count)) : name
    }

    /// The length of a name without its last `-YYYYMMDD`, `-YYYY-MM-DD` or `-latest`; nil when it has none.
    static func lengthWithoutSnapshot(_ name: UnsafeRawBufferPointer) -> Int? {
        if name.count > 7, name.suffix(7).elementsEqual("-latest".utf8) { return name.count - 7 }
        if name.count > 9, isDate(name.suffix(9), hasSeparators: false) { return name.count - 9 }
        if name.count > 11, isDate(name.suffix(11), hasSeparators: true) { return name.count - 11 }
        return nil
    }

    /// Whether the text is a hyphen and a calendar date from 2018 on, when dated models began.
    private static func isDate(_ text: Slice<UnsafeRawBufferPointer>, hasSeparators: Bool) -> Bool {
        var number = 0
        for (position, byte) in text.enumerated() {
            if position == 0 || (hasSeparators && (position == 5 || position == 8)) {
                guard byte == UInt8(ascii: "-") else { return false }
            } else {
                guard (48...57).contains(byte) else { return false }
                number = number * 10 + Int(byte) - 48
            }
        }
        let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
        return date.year >= 2018 && CivilDate(daysSince1970: date.daysSince1970) == date
    }
}
