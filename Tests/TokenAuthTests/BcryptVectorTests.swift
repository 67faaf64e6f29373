import HardeningCore
import Testing
import TokenAuth

struct BcryptVectorTests {
    /// From the jBCrypt test suite (OpenBSD's reference vectors), costs 6 and 8.
    static let jBCrypt: [([UInt8], String)] = [
        ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
        ("", "$2a$08$HqWuK6/Ng6sg9gQzbLrgb.Tl.ZHfXLhvt/SgVyWhQqgqcZ7ZuUtye"),
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("a", "$2a$08$cfcvVd2aQ8CMvoMpP2EBfeodLEkkFJ9umNEfPD18.hUF62qqlC/V."),
        ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
        ("abc", "$2a$08$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm"),
        ("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
        ("abcdefghijklmnopqrstuvwxyz", "$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz."),
        ("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"),
    ].map { (text: String, hash: String) in (Array(text.utf8), hash) }

    /// From the tests of pyca/bcrypt.
    static let openwall: [([UInt8], String)] = openwallText.map { (Array($0.0.utf8), $0.1) } + openwallBytes

    static let openwallText = [
        ("Kk4DQuMMfZL9o", "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"),
        ("9IeRXmnGxMYbs", "$2b$04$pQ7gRO7e6wx/936oXhNjrOUNOHL1D0h1N2IDbJZYs.1ppzSof6SPy"),
        ("xVQVbwa1S0M8r", "$2b$04$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW"),
        ("J8eHUDuxBB520", "$2b$04$VvlCUKbTMjaxaYJ.k5juoecpG/7IzcH1AkmqKi.lIZMVIOLClWAk."),
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
    ]

    static let openwallBytes: [([UInt8], String)] = [
        ([0xa3], "$2a$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"),
        ([0xff, 0xff, 0xa3], "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"),
    ]

    /// Made once with the system's crypt(3), for lengths around the limit and the eighth bit.
    static let system: [([UInt8], String)] = SystemVectors.all

    @Test(arguments: jBCrypt + openwall + system)
    func `published hashes are reproduced`(_ password: [UInt8], _ hash: String) throws {
        let stored = try #require(BcryptHash(hash))
        let computed = try #require(BcryptHash.compute(password: Secret(password), cost: stored.cost, salt: stored.salt))
        #expect(computed.digest == stored.digest)
        #expect(computed.text.dropFirst(4) == hash.dropFirst(4))
        var other = password
        other.append(0x21)
        if password.count < 72 {
            #expect(BcryptHash.compute(password: Secret(other), cost: stored.cost, salt: stored.salt)?.digest != stored.digest)
        }
    }

    @Test(arguments: [
        "", "$2b$12$", "$2b$3$mdEQPMOtfPX.WGZNXgF66OhmBlOGKEd66SQ7DyJPGucYYmvTJYviy",
        "$2z$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm",
        "$2b$04$?Siw3Nv3Q/gTOIPetAyPr.GNj3aO0lb1E5E9UumYGKjP9BYqlNWJe", "$2b$04$2Siw3Nv3Q/gTOIPetAyPr.GNj3aO0lb1E5E9UumYGKjP9BYqlNWJe ",
        "$2b$04$2Siw3Nv3Q/gTOIPetAyPr.GNj3aO0lb1E5E9UumYGKjP9BYqlNWJ", "$2b$-4$2Siw3Nv3Q/gTOIPetAyPr.GNj3aO0lb1E5E9UumYGKjP9BYqlNWJe",
        "$2b$0\0$2Siw3Nv3Q/gTOIPetAyPr.GNj3aO0lb1E5E9UumYGKjP9BYqlNWJe", "$6$salt$hash",
    ])
    func `what is not a bcrypt hash is not read`(_ text: String) {
        #expect(BcryptHash(text) == nil)
    }

    @Test func `a cost or salt out of range is not computed`() {
        let salt = [UInt8](repeating: 1, count: 16)
        #expect(BcryptHash.compute(password: Secret([1]), cost: 3, salt: salt) == nil)
        #expect(BcryptHash.compute(password: Secret([1]), cost: 32, salt: salt) == nil)
        #expect(BcryptHash.compute(password: Secret([1]), cost: 4, salt: [1]) == nil)
    }
}
