"""The error row with `json.dumps`: one AI_SERVICE_ERROR body of thirteen members in both languages.

Fair, and in the peer's favour: the dictionary is ready, only the timestamp and the request id change between calls;
no text is chosen, filled in or negotiated. json.dumps is C code in CPython.
"""

import json
import platform
from itertools import count

from measure import emit, median_ns

body = {
    "type": "https://errors.example.com/AI_SERVICE_ERROR",
    "title": "AI service unavailable",
    "status": 503,
    "detail": "Please try again in 30 seconds.",
    "instance": "urn:request:req_01JD3K7Q2M",
    "error_code": "AI_SERVICE_ERROR",
    "message": "AI service unavailable (claude)",
    "message_ar": "خدمة الذكاء الاصطناعي غير متاحة (\u2068claude\u2069)",
    "user_message": "Please try again in 30 seconds.",
    "user_message_ar": "حاول مرة أخرى بعد 30 ثانية.",
    "details": {"service": "claude", "retry_after_seconds": 30},
    "timestamp": "2026-11-20T12:00:00.123Z",
    "request_id": "req_01JD3K7Q2M",
}
serial = count(10_000_000)


def render():
    request = f"req_{next(serial)}"
    return json.dumps({**body, "request_id": request, "instance": f"urn:request:{request}"}, ensure_ascii=False).encode()


detail = f"CPython {platform.python_version()}, {len(render())} bytes of UTF-8"
emit("error_render", "json.dumps (Python)", detail, ns=median_ns(render))
