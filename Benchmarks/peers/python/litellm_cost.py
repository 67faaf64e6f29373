"""The price row with `litellm.completion_cost`, the price lookup most LLM gateways use.

Fair because it prices the same usage (1,500 input and 800 output tokens of gpt-4o) from a bundled table, with no
network; the model's answer is built once, outside the timing.
"""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

from measure import emit, median_ns, package

response = litellm.ModelResponse(
    model="gpt-4o", usage=litellm.Usage(prompt_tokens=1_500, completion_tokens=800, total_tokens=2_300)
)
assert abs(litellm.completion_cost(response, model="gpt-4o") - 0.01175) < 1e-9
ns = median_ns(lambda: litellm.completion_cost(response, model="gpt-4o"), calls=500)
emit("price_usage", "litellm (Python)", f"{package('litellm')}, completion_cost", ns=ns)
