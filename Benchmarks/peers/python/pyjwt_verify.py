"""The token rows with `PyJWT`: verify one HS256 access token and look its jti up in a set of revoked ones.

Fair because the token has the shape of ours, signature, exp, iat, iss and aud are checked as ours are, and the
revocation check is the cheapest there is in Python, a set in memory.
"""

import base64
import os
import time

import jwt

from measure import emit, median_ns, package

WHO = "PyJWT (Python)"
SECRET = "kX2v9QmT7rLw4Zb8Ns1Hc6Yd3Fg5Jp0uEaViRoWt"


def random_id():
    return base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()


def access_token():
    now = int(time.time())
    claims = {
        "iss": "demo", "aud": "api", "sub": "u-42",
        "iat": now, "exp": now + 900, "jti": random_id(), "sid": "s-7",
    }  # fmt: skip
    return jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": "2026-11", "typ": "at+jwt"})


def verify(token, revoked):
    claims = jwt.decode(
        token, SECRET, algorithms=["HS256"], audience="api", issuer="demo", leeway=30,
        options={"require": ["iss", "aud", "sub", "iat", "exp", "jti"]},
    )  # fmt: skip
    if claims["jti"] in revoked:
        raise jwt.InvalidTokenError("revoked")
    return claims


def memory():
    count = 1_000_000

    def resident():
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = resident()
    revoked = {random_id() for _ in range(count)}
    each = (resident() - before) / len(revoked)
    emit("revocation_memory", WHO, "a set of ids, resident memory, no expiry kept", bytes=each)


if __name__ == "__main__":
    memory()
    token = access_token()
    detail = f"{package('PyJWT')}, token of {len(token)} bytes, revoked ids in a set"
    for row, count in (("token_verify", 0), ("token_verify_10k_revoked", 10_000), ("token_verify_1m_revoked", 1_000_000)):
        revoked = {random_id() for _ in range(count)}
        emit(row, WHO, detail, ns=median_ns(lambda: verify(token, revoked), calls=3_000))
