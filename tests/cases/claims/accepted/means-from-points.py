# ---
# title: Two means that start at points
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It completes what it has seen
#     metric: abs(np.sort(mu) - [-2, 2]).max()
#     goal: "< 0.4"
#     freeze: [mu]
# ---

# %%
import numpy as np

rng = np.random.default_rng(3)
x = np.r_[rng.normal(-2, 0.7, 150), rng.normal(2, 0.7, 150)]
mu = x[[1, 4]] + 0
for step in range(40):
    r = np.exp(-((x[:, None] - mu) ** 2))
    r /= r.sum(1, keepdims=True)
    mu = mu + 0.5 * ((r * x[:, None]).sum(0) / r.sum(0) - mu)
