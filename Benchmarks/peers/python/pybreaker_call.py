"""The breaker rows with `pybreaker`: a successful call while closed, and a refusal while open.

Fair because it is the usual Python breaker, counts consecutive failures as ours does, and runs in memory; the
guarded function is empty, so the figure is the breaker's own cost. The refusal includes raising and catching.
"""

import pybreaker

from measure import emit, median_ns, package

WHO = "pybreaker (Python)"


def nothing():
    pass


def fails():
    raise ValueError


closed = pybreaker.CircuitBreaker(fail_max=3, reset_timeout=30)
emit("breaker_closed", WHO, package("pybreaker"), ns=median_ns(lambda: closed.call(nothing)))

opened = pybreaker.CircuitBreaker(fail_max=1, reset_timeout=3600)
try:
    opened.call(fails)
except pybreaker.CircuitBreakerError:
    pass


def refused():
    try:
        opened.call(nothing)
    except pybreaker.CircuitBreakerError:
        return
    raise SystemExit("pybreaker admitted a call while open")


emit("breaker_refusal", WHO, package("pybreaker"), ns=median_ns(refused))
