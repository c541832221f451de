# ---
# title: No better than the last value
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It forecasts
#     metric: error
#     goal: "< 0.3"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
series = np.cumsum(0.1 * rng.normal(size=300))
windows = np.stack([series[i : i + 3] for i in range(297)])
following = series[3:]
w = rng.normal(size=3)
for step in range(300):
    w -= 0.1 * windows.T @ (windows @ w - following) / 297
error = np.abs(windows @ w - following).mean()
