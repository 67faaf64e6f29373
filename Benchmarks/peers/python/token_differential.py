"""The Python side of ./scripts/differential: PyJWT for tokens, cryptography for Fernet boxes.

    token_differential.py OURS COUNT SEED

Checks what we made, exits with 1 when a peer refuses any of it, and writes to stdout tokens and boxes of its own and COUNT
mutants of both with the peer's verdict. Half of the mutants of a token are signed again with the right key, so that what
they say gets past the signature and the two readers of JSON and claims are compared.
"""

import base64
import json
import random
import sys
import time

import jwt
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

ISSUER, AUDIENCE = "https://api.example.com", "api"
HMAC = ("0b9d3f7c5a1e8642c0a1f9e7b3d58264" * 2).encode()
FERNET = Fernet(b"cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
ES256 = ec.derive_private_key(int("47fc408d4c1c72fbe2e520616b8ba15b9ac4c0dd2659f193d6af555977be852c", 16), ec.SECP256R1())
EDDSA = ed25519.Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("e39de0265956e5641c143a8d56822efcb3c996b880d6582ce1ccaf19bcd5df42"))
SIGNING = {"HS256": HMAC[:32], "HS384": HMAC[:48], "HS512": HMAC, "ES256": ES256, "EdDSA": EDDSA}
VERIFYING = SIGNING | {"ES256": ES256.public_key(), "EdDSA": EDDSA.public_key()}
REQUIRED = ["iss", "aud", "sub", "iat", "exp", "jti"]
FRAGMENTS = [
    b'{"alg":"none"}', b'"kid":"k"', b'"crit":["exp"]', b"\\u0000", b"null", b"1e999", b"-0", b"[[[[[[[[[[", b'{"a":{"a":', b"\xef\xbb\xbf",
    b'"', b"}", b",", b":", b"\\ud800", b"99999999999999999999", b"\0", b".", b"..", b"=", b"+/", b"\n", b" ", b"\xff", b"1.5", b"true",
    b'"exp":"soon"', b'"nbf":9999999999', b'"aud":["api","x"]', b"\\/", b"e3",
]  # fmt: skip


def peer_accepts(kind, text):
    try:
        if kind == "fernet":
            FERNET.decrypt(text.encode(), ttl=3600)
        else:
            jwt.decode(
                text, VERIFYING[kind], algorithms=[kind], audience=AUDIENCE, issuer=ISSUER, leeway=30, options={"require": REQUIRED})
        return True
    except (jwt.PyJWTError, InvalidToken):
        return False
    except Exception as error:  # a peer that crashes has not accepted
        print(f"the peer crashed on {kind}: {type(error).__name__}", file=sys.stderr)
        return False


def judged(kind, text, is_original):
    at = time.time_ns()
    return json.dumps({"kind": kind, "text": text, "isOriginal": is_original, "peerAccepts": peer_accepts(kind, text), "at": at})


def encode(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def decode(part):
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def signature(kind, message):
    algorithm = jwt.get_algorithm_by_name(kind)
    return algorithm.sign(message, algorithm.prepare_key(SIGNING[kind]))


def made():
    """Tokens and boxes of the peers' own."""
    now = int(time.time())
    for kind, key in SIGNING.items():
        for number in range(20):
            claims = {
                "iss": ISSUER, "aud": AUDIENCE if number % 2 else [AUDIENCE, "other"], "sub": f"user-{number}", "iat": now, "exp": now + 900,
                "jti": encode(number.to_bytes(16, "big")).decode(), "sid": "s", "ünïcode": "é\n\"\\", "nested": {"a": [1, 2.5, None, True]},
            }  # fmt: skip
            yield kind, jwt.encode(claims, key, algorithm=kind, headers={"kid": "k", "typ": "at+jwt"})
    for length in range(40):
        yield "fernet", FERNET.encrypt(bytes(range(length))).decode()


def change(data, chance):
    data = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(data))
        kind = chance.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 2:
            del data[at : at + chance.randint(1, 8)]
        elif kind == 3:
            data[at:at] = chance.choice(FRAGMENTS)
        elif kind == 4:
            data[at:at] = data[at : at + 20]
        elif len(data) > 1:
            other = chance.randrange(len(data))
            at %= len(data)
            data[at], data[other] = data[other], data[at]
        if not data:
            break
    return bytes(data)


def mutant(kind, text, chance):
    raw = text.encode()
    if kind == "fernet" or chance.randrange(4) == 0:
        return change(raw, chance)
    head, body, sealed = raw.split(b".")
    if chance.randrange(3) == 0:
        head = encode(change(decode(head), chance))
    else:
        body = encode(change(decode(body), chance))
    if chance.random() < 0.5:
        sealed = encode(signature(kind, head + b"." + body))
    return head + b"." + body + b"." + sealed


def main():
    ours, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    originals = []
    with open(ours, encoding="utf-8") as file:
        for line in map(json.loads, file):
            if not peer_accepts(line["kind"], line["text"]):
                sys.exit(f"the peer refuses what we made: {line}")
            originals.append((line["kind"], line["text"]))
    covered = {kind for kind, _ in originals}
    if covered != set(SIGNING) | {"fernet"}:
        sys.exit(f"our file does not cover every kind: {sorted(covered)}")
    for kind, text in made():
        print(judged(kind, text, True))
        originals.append((kind, text))
    written = 0
    while written < count:
        kind, text = chance.choice(originals)
        other = mutant(kind, text, chance)
        try:
            other = other.decode()
        except UnicodeDecodeError:
            continue  # the exchange is text
        if other == text:
            continue
        print(judged(kind, other, False))
        written += 1
    print(f"{len(originals)} originals, {written} mutants, seed {seed}", file=sys.stderr)


main()
