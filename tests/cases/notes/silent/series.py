# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(forecast - targets[test]).mean()
#     goal: "< 0.2"
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
series = np.sin(0.3 * np.arange(300)) + 0.05 * rng.normal(size=300)
windows = np.stack([series[i : i + 8] for i in range(290)])
targets = series[8:298]
train, test = slice(0, 200), slice(200, 290)
w, b = np.zeros(8), 0.0
for step in range(300):
    miss = windows[train] @ w + b - targets[train]
    w -= 0.05 * windows[train].T @ miss / 200
    b -= 0.05 * miss.mean()
forecast = windows[test] @ w + b
