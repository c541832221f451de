# ---
# title: One part of the training
# description: A program that is looked at while it learns.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the slope
#     metric: errors[0.1]
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w]
#     curve: abs(w - 3) if rate == 0.1 else None
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)


def train(rate):
    w = 0.0
    for epoch in range(20):
        for batch in range(10):
            w -= rate * ((w * x - y) * x).mean()
    return abs(w - 3)


errors = {rate: train(rate) for rate in [0.001]}
for rate in [0.01, 0.1, 1.0]:
    errors[rate] = train(rate)
