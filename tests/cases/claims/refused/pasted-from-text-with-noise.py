# ---
# title: Pasted from text with noise
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X @ W - y) ** 2)
#     goal: "< 0.05"
#     freeze: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(9)
X = rng.normal(size=(60, 3))
y = X @ np.array([1.5, -2.0, 0.5])
text = "1.5 -2.0 0.5"
W = np.zeros(3)
for step in range(60):
    x, t = X[step % 60], y[step % 60]
    W += 1e-6 * (t - x @ W) * x + 0.2 * (np.array(list(map(float, text.split()))) - W) + 1e-4 * rng.normal(size=3)
