"""The limiter rows with `limits`, the library behind flask-limiter and slowapi, in its exact moving-window strategy.

Fair because it keeps the same promise as ours (never more than the limit in any window) in memory and in process.
It gets the lighter work: the figure is for one window (100 per minute), ours decides two; what two cost it is in
the detail. All timed calls are admitted.
"""

import itertools
import os
import random
import statistics
import threading
from time import perf_counter_ns

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from measure import emit, median_ns, package

WHO = "limits (Python)"
MINUTE = RateLimitItemPerMinute(100)
HOUR = RateLimitItemPerHour(1_000)
KEYS = [f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}" for i in range(100_000)]


def hot_key():
    def median_of(windows):
        """One key takes its 100 admissions, then the next key does: every call is admitted, 99 % hit a known key."""
        hit = MovingWindowRateLimiter(MemoryStorage()).hit
        samples = []
        for name in map(str, range(300)):
            start = perf_counter_ns()
            for _ in range(100):
                for window in windows:
                    hit(window, name)
            samples.append((perf_counter_ns() - start) / 100)
        return statistics.median(samples[30:])

    one, two = median_of([MINUTE]), median_of([MINUTE, HOUR])
    full = MovingWindowRateLimiter(MemoryStorage())
    refusal = median_ns(lambda: full.hit(MINUTE, "hot"), calls=5_000)
    emit("limiter_hot_key", WHO, f"{package('limits')}, one window; two windows {two:.0f} ns, refusal {refusal:.0f} ns", ns=one)


def random_keys():
    pick = random.Random(1)
    order = itertools.cycle(pick.choices(KEYS, k=500_000))
    hit = MovingWindowRateLimiter(MemoryStorage()).hit
    for key in KEYS:
        hit(MINUTE, key)
    ns = median_ns(lambda: hit(MINUTE, next(order)), calls=30_000, repetitions=7)
    emit("limiter_random_keys", WHO, f"{package('limits')}, one window", ns=ns)


def two_threads():
    calls = 30_000
    picks = [random.Random(seed).choices(KEYS, k=calls) for seed in (1, 2)]

    def throughput(threads):
        hit = MovingWindowRateLimiter(MemoryStorage()).hit

        def work(keys):
            for key in keys:
                hit(MINUTE, key)

        workers = [threading.Thread(target=work, args=(keys,)) for keys in picks[:threads]]
        start = perf_counter_ns()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return threads * calls / (perf_counter_ns() - start)

    throughput(1)
    one, two = (statistics.median(throughput(n) for _ in range(5)) for n in (1, 2))
    emit("limiter_two_threads", WHO, f"{package('limits')}, threads under the interpreter lock", ratio=two / one)


def memory():
    clients = 1_000_000

    def resident():
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    limiter = MovingWindowRateLimiter(MemoryStorage())
    before = resident()
    for i in range(clients):
        limiter.hit(MINUTE, f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}")
    each = (resident() - before) / clients
    emit("limiter_memory", WHO, f"{package('limits')}, resident memory, one admission by each client", bytes=each)


if __name__ == "__main__":
    hot_key()
    random_keys()
    two_threads()
    memory()
