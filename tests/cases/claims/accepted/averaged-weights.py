# ---
# title: Averaged weights by hand
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((ema[0] * x + ema[1] - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, ema]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



w, ema, decay = np.zeros(2), np.zeros(2), 0.95
inputs = np.stack([x, np.ones(100)], axis=1)
for step in range(400):
    w -= 0.3 * inputs.T @ (inputs @ w - y) / 100
    ema = decay * ema + (1 - decay) * w
