import HardeningCore

/// What the names of models have in common across providers: a base name and a snapshot.
enum ModelName {
    static func withoutLatest(_ name: String) -> String {
        name.hasSuffix("-latest") ? String(name.dropLast("-latest".count)) : name
    }

    /// The length of a name without its last `-YYYYMMDD`, `-YYYY-MM-DD` or `-latest`; nil when it has none.
    static func lengthWithoutSnapshot(_ name: UnsafeRawBufferPointer) -> Int? {
        let count = name.count
        guard count > 7 else { return nil }
        if name[count - 1] == UInt8(ascii: "t") {
            return name.suffix(7).elementsEqual("-latest".utf8) ? count - 7 : nil
        }
        if count > 9, isHyphen(name, count - 9), isDate(name, year: count - 8, month: count - 4) { return count - 9 }
        if count > 11, isHyphen(name, count - 11), isHyphen(name, count - 6), isHyphen(name, count - 3),
            isDate(name, year: count - 10, month: count - 5)
        {
            return count - 11
        }
        return nil
    }

    private static func isHyphen(_ name: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        name[position] == UInt8(ascii: "-")
    }

    /// Whether the digits are a calendar date from 2018 on, when dated models began; the day ends the name.
    ///
    /// - Parameters:
    ///   - year: where its four digits begin.
    ///   - month: where its two digits begin.
    private static func isDate(_ name: UnsafeRawBufferPointer, year: Int, month: Int) -> Bool {
        guard let century = twoDigits(name, year), let yearOfCentury = twoDigits(name, year + 2), let month = twoDigits(name, month),
            let day = twoDigits(name, name.count - 2)
        else { return false }
        let date = CivilDate(year: century * 100 + yearOfCentury, month: month, day: day)
        guard date.year >= 2018, (1...12).contains(month), day >= 1 else { return false }
        return day <= 28 || CivilDate(daysSince1970: date.daysSince1970) == date
    }

    @inline(__always)
    private static func twoDigits(_ name: UnsafeRawBufferPointer, _ position: Int) -> Int? {
        let (tens, ones) = (name[position] &- 48, name[position + 1] &- 48)
        return tens <= 9 && ones <= 9 ? Int(tens) * 10 + Int(ones) : nil
    }
}
