"""How every Python peer is timed: the median of several repetitions after one warm-up, on one thread."""

import json
import statistics
from importlib.metadata import version
from itertools import repeat
from time import perf_counter_ns


def median_ns(call, calls=20_000, repetitions=9):
    """Median nanoseconds per call; includes about 15 ns of loop and call overhead."""

    def once():
        start = perf_counter_ns()
        for _ in repeat(None, calls):
            call()
        return (perf_counter_ns() - start) / calls

    once()
    return statistics.median(once() for _ in range(repetitions))


def emit(row, who, detail, **figures):
    rounded = {name: round(value, 2) for name, value in figures.items()}
    print(json.dumps({"row": row, "who": who, **rounded, "detail": detail}), flush=True)


def package(name):
    return f"{name} {version(name)}"
