# ---
# title: Only the gain frozen
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((gain * w * x - y) ** 2).mean()
#     goal: "< 0.05"
#     freeze: [gain]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)
gain, w = 0.1, 0.1
for step in range(100):
    error = gain * w * x - y
    slope_of_gain, slope_of_w = (error * w * x).mean(), (error * gain * x).mean()
    gain -= 0.3 * slope_of_gain
    w -= 0.3 * slope_of_w
