"""The price row with `genai-prices`: the same usage (1,500 input and 800 output tokens of gpt-4o).

Fair because it looks the model up by name and provider in a bundled table, as ours does, and sums exact decimals.
"""

from decimal import Decimal

from genai_prices import Usage, calc_price

from measure import emit, median_ns, package

usage = Usage(input_tokens=1_500, output_tokens=800)


def price():
    return calc_price(usage, "gpt-4o", provider_id="openai").total_price


assert price() == Decimal("0.01175")
emit("price_usage", "genai-prices (Python)", f"{package('genai-prices')}, calc_price", ns=median_ns(price, calls=500))
