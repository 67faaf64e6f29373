/// Passwords and hashes from the system's crypt(3).
enum SystemVectors {
    static let all: [([UInt8], String)] = [
        (Array("".utf8), "$2b$04$erB5dESMt6duLd/ZyhVvS.gnRmy6cPDZEbKVljjc44Q1.fIP35oNi"),
        (Array("z".utf8), "$2b$04$2OO..YZTTjmXYVXvkAszTOBQ6YBF861oEQf7tyTHDLJN0ugtYvTrK"),
        (Array("Zb".utf8), "$2b$04$ok.pGlrl7mV76UFeArxAze.P.8v/z8ti.xGC71XGr6h6c3sqp69Yu"),
        (Array("9~a".utf8), "$2b$04$3DVXNd5qre5LtjC1JYpsQeILvCIqmvTHrEsgGS0vhsQkGEU9eFyJO"),
        (Array("Z\u{645}!".utf8), "$2b$04$lmlUIRl7SEIxCcqe4zQFCuQQoLUbPJpLmDB9I0AXw36CtEmFKu8UC"),
        (Array("0Az\u{645}~z".utf8), "$2b$04$yLT1tRFzjQ4T48m7hj6xQ.psSPDEleJvMJ.../Iw2b5jne3Ya5iUq"),
        (Array("9!z\u{e9} 0z".utf8), "$2b$04$8gsGrClsh8fjpU/6enh5ieL.O5gt/.1s4mEZf74gw3f/7zIrf76P2"),
        (Array("0Z\u{e9}0\u{645}90z\u{645} 00!".utf8), "$2b$04$Xs7iIzTzkgBXS2VaVD6aT.OZ.nVdfc685JTHLipudXULZhZLKGVta"),
        (Array("zb0z A!a9 09\u{e9}~b~AA\u{645}0a09Z9b\u{645}!".utf8), "$2b$04$kKjpjrOzyt5QSu7XPJq.u.yjAC6rEjqfBlP3JOBoqPxXlo4hNvv0O"),
        (
            Array("0~~!z0\u{e9}~999A Z \u{645}99z~~Z\u{645}Z Z9a0Z Zz ab\u{e9}~ AZaz9a !!ZA ".utf8),
            "$2b$04$Rij96NAOkipjB5qsOC.e4.yavBCyJCkWfC5IZdFJkM3NRUxR8d5Hy"
        ),
        (
            Array(
                "\u{e9}!Aa99~~\u{645}\u{645}\u{e9}\u{e9} 9 9\u{e9}\u{645}AZ bZa\u{645}9~Z\u{e9} Zzz \u{645}! 0!z9~!ab\u{645}AZbb\u{e9}a"
                    .utf8), "$2b$04$MPj2RVVySGZDLuHhFNxP/uhY9XA8w3woPvo8ljXCpj3nj8LkT6CXi"
        ),
        (
            Array("b0\u{e9}~  0\u{e9}0az\u{645}Zz~\u{e9}\u{e9}!Z!!~AZb!AZZ!zA0 \u{645}9zz\u{645}a\u{e9}0b~\u{e9}abb!~ A9  0b!a!x".utf8),
            "$2b$04$8ZPurcjoqvuPrj1sCZVwG.RSLPMDAZrVYWsKjTy/PebTTnmTVfAne"
        ),
        (
            Array("aazAAa  \u{e9}0a9 Z~90  bAz\u{e9}zb09 z!ZbZzZ\u{e9}Aa a000a\u{645}a\u{e9}  zb\u{e9}0Z \u{e9}A\u{645}zaA\u{645}".utf8),
            "$2b$04$lV5siG5ScUYD1g.5F3yTD.9Ilu1TKYCc6hxHtL5alaxRRcj48XEhC"
        ),
        (
            Array(
                "!!~0b\u{645}bA b a\u{e9}A\u{e9}a 9aaZ9 Z\u{e9}aaAz\u{645}!\u{e9}9A!Ab0bb!z~b\u{645}A~a !0 9~9!\u{e9}z\u{645}aZ\u{645}".utf8
            ), "$2b$04$mOOI6dI0dhF9dEXitKHzmuTTloOqbVHsuFl87m1Wex4fCNTRUzxO6"
        ),
    ]
}
