"""The price row with `tokencost`: the same usage (1,500 input and 800 output tokens of gpt-4o).

Fair because it is the lightest Python price lookup, one dictionary and one decimal product. It prices one side a
call, so one usage is two calls; one side alone is in the detail.
"""

from decimal import Decimal

from tokencost import calculate_cost_by_tokens as cost

from measure import emit, median_ns, package


def price():
    return cost(1_500, "gpt-4o", "input") + cost(800, "gpt-4o", "output")


assert price() == Decimal("0.01175")
side = median_ns(lambda: cost(1_500, "gpt-4o", "input"))
emit("price_usage", "tokencost (Python)", f"{package('tokencost')}, one side {side:.0f} ns", ns=median_ns(price))
