# ---
# title: deque window
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: error
#     goal: "< 0.1"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
from collections import deque

series = np.sin(np.arange(400) * 1.1) + 0.01 * rng.normal(size=400)
w, window, errors = rng.normal(size=2), deque([0.0, 0.0], maxlen=2), []
for x in series:
    seen = np.array(window)
    errors.append(abs(seen @ w - x))
    w += 0.1 * (x - seen @ w) * seen
    window.append(x)
error = np.mean(errors[-100:])
