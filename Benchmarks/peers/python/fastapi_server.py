"""The demo row with FastAPI: `python fastapi_server.py PORT` serves /bare and /api/me and prints a token for the latter.

Fair because it is the stack a Python team would pick, at its fastest: async handlers, uvloop and httptools, no access
log. /api/me verifies a bearer token (PyJWT, revocation set) and passes a per-address limit of two windows (slowapi, its
fixed-window default, which is cheaper than our exact one). One worker, because that limit lives in one process. The
limits are too high to refuse during a load; /bare has neither limit nor token.
"""

import sys

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.util import get_remote_address

from pyjwt_verify import access_token, verify

app = FastAPI()
limiter = Limiter(key_func=get_remote_address)
app.state.limiter = limiter
app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)
bearer = HTTPBearer()
revoked: set[str] = set()


async def signed_in(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    try:
        return verify(credentials.credentials, revoked)
    except jwt.InvalidTokenError:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@app.get("/bare")
async def bare():
    return {"id": "user-42", "email": "user@example.com", "plan": "free"}


@app.get("/api/me")
@limiter.limit("100000000/minute;1000000000/hour")
async def me(request: Request, claims: dict = Depends(signed_in)):
    return {"id": claims["sub"], "email": "user@example.com", "plan": "free"}


if __name__ == "__main__":
    print(f"token {access_token()}", flush=True)
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning", access_log=False
    )
