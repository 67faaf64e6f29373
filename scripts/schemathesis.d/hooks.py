"""What schemathesis must know about this server beyond its description."""

import itertools
import json
import random
import urllib.request

import schemathesis

# Each of these ends the credentials that it is called with.
DESTRUCTIVE = {"logout", "logoutAll", "eraseMe", "changePassword"}
PASSWORD = "correct horse battery"

counter = itertools.count()
shared = []


def post(base, path, body):
    request = urllib.request.Request(
        base.rstrip("/") + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "schemathesis", "X-Forwarded-For": address()},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def address():
    """An address nobody else has: the abuse guard would end the test of a single one."""
    return ".".join(str(random.randint(1, 223)) for _ in range(4))


def sign_in(base, email):
    return post(base, "/api/auth/login", {"email": email, "password": PASSWORD})["access_token"]


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """One account for everything, and a new one for each call that ends its credentials."""

    def get(self, case, context):
        base = context.operation.base_url
        if context.operation.definition.raw.get("operationId") in DESTRUCTIVE:
            email = f"schemathesis-{next(counter)}@example.com"
            post(base, "/api/auth/register", {"email": email, "password": PASSWORD})
            return sign_in(base, email)
        if not shared:
            shared.append(sign_in(base, "enterprise@example.com"))
        return shared[0]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers = {**(case.headers or {}), "X-Forwarded-For": address()}
